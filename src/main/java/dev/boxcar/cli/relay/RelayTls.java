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
    private @Nullable SSLContext verifying;
    private @Nullable SSLContext trusting;

    /**
     * Contexts that trust these authorities.
     *
     * @param authorities a file of certificates; null for those of the JDK
     */
    RelayTls(@Nullable Path authorities) {
        this.authorities = authorities;
    }

    @Override
    public TlsSettings settings(MailHost host, boolean isVerified) {
        try {
            return isVerified
                    ? TlsSettings.client(verifying(), host.name(), host.port())
                    : TlsSettings.client(trusting(), host.name(), host.port()).withoutHostVerification();
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
