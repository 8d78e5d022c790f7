// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.delivery.ClientTlsContexts;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.tls.ClientTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The TLS contexts of outbound connections, made when the first connection needs one. Any thread. */
final class RelayTls implements ClientTlsContexts {
    private final @Nullable Path authorities;
    private final @Nullable Path publicAuthorities;
    private @Nullable SSLContext verifying;
    private @Nullable SSLContext publicTrust;
    private @Nullable SSLContext trusting;

    /**
     * Contexts that trust these authorities.
     *
     * @param authorities a file of certificates for smarthosts; null for those of the JDK
     * @param publicAuthorities the same for MTA-STS
     */
    RelayTls(@Nullable Path authorities, @Nullable Path publicAuthorities) {
        this.authorities = authorities;
        this.publicAuthorities = publicAuthorities;
    }

    @Override
    public TlsSettings settings(MailHost host, Trust trust) {
        try {
            return switch (trust) {
                case ANY ->
                    TlsSettings.client(trusting(), host.name(), host.port()).withoutHostVerification();
                case SMARTHOST -> TlsSettings.client(verifying(), host.name(), host.port());
                case PUBLIC -> TlsSettings.client(publicTrust(), host.name(), host.port());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the file of the authorities, so that a mistake in it is found at the start. */
    void check() throws IOException {
        if (authorities != null) {
            verifying();
        }
    }

    /** The context that trusts public authorities. */
    synchronized SSLContext publicTrust() throws IOException {
        if (publicTrust == null) {
            publicTrust = ClientTrust.of(publicAuthorities);
        }
        return publicTrust;
    }

    private synchronized SSLContext verifying() throws IOException {
        if (verifying == null) {
            verifying = ClientTrust.of(authorities);
        }
        return verifying;
    }

    private synchronized SSLContext trusting() throws IOException {
        if (trusting == null) {
            trusting = ClientTrust.any();
        }
        return trusting;
    }
}
