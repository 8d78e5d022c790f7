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
<<<<<<< HEAD
    static TlsSettings trustingAll(String host, int port) throws IOException {
        return TlsSettings.client(ClientTrust.any(), host, port).withoutHostVerification();
=======
    public static TlsSettings trustingAll(String host, int port) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return TlsSettings.client(context, host, port).withoutHostVerification();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
        if (authorities == null) {
            return null;
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authorities)) {
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry(Integer.toString(number++), one);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Accepts any certificate, for tests with certificates that no authority has signed. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
>>>>>>> 1550596 (Run boxcar lab record and boxcar lab replay)
    }
}
