// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.tls.ClientTrust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about TLS for commands that connect to a server. */
public final class ClientTlsOptions {
    /** The port for submission over implicit TLS (RFC 8314 §7.3). */
    private static final int SUBMISSIONS = 465;

    @Option(names = "--tls", description = "use STARTTLS and send nothing without it; at port 465 use implicit TLS")
    boolean tls;

    @Option(names = "--tls-implicit", description = "use implicit TLS at any port")
    boolean implicit;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "trust these certificates (PEM) instead of the JDK's")
    @Nullable
    Path authorities;

    @Option(names = "--tls-insecure", description = "accept any certificate for any name")
    boolean insecure;

    /** Whether and how TLS is used with this server. */
    public TlsMode mode(InetSocketAddress server) {
        return implicit || (tls && server.getPort() == SUBMISSIONS)
                ? TlsMode.IMPLICIT
                : tls ? TlsMode.STARTTLS : TlsMode.NONE;
    }

    /** The settings of the TLS client. Takes a fifth of a second, so call it only if TLS is used. */
    public TlsSettings settings(InetSocketAddress server) throws IOException {
        SSLContext context = insecure ? ClientTrust.any() : ClientTrust.of(authorities);
        TlsSettings settings = TlsSettings.client(context, server.getHostString(), server.getPort());
        return insecure ? settings.withoutHostVerification() : settings;
    }

    /** Settings that accept any certificate. */
    public static TlsSettings trustingAll(String host, int port) throws IOException {
        return TlsSettings.client(ClientTrust.any(), host, port).withoutHostVerification();
    }
}
