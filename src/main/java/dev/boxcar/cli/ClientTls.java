// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.TlsMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command that calls a server goes over to TLS. */
final class ClientTls {
    /** Where TLS begins with the first byte (RFC 8314 §7.3). */
    private static final int SUBMISSIONS = 465;

    @Option(names = "--tls", description = "STARTTLS, or nothing is sent; at port 465 TLS from the first octet on")
    boolean tls;

    @Option(names = "--tls-implicit", description = "TLS from the first octet on, at any port")
    boolean implicit;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "trust these certificates (PEM) instead of the JDK's")
    @Nullable
    Path authorities;

    @Option(names = "--tls-insecure", description = "trust any certificate, for any name")
    boolean insecure;

    TlsMode security(InetSocketAddress server) {
        return implicit || (tls && server.getPort() == SUBMISSIONS)
                ? TlsMode.IMPLICIT
                : tls ? TlsMode.STARTTLS : TlsMode.NONE;
    }

    /** To be asked only where there is to be TLS: it costs a fifth of a second. */
    TlsSettings how(InetSocketAddress server) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, insecure ? new TrustManager[] {new TrustAll()} : trusted(), null);
            TlsSettings how = TlsSettings.client(context, server.getHostString(), server.getPort());
            return insecure ? how.withoutHostVerification() : how;
        } catch (GeneralSecurityException e) {
            throw new IOException("--tls: " + e.getMessage(), e);
        }
    }

    /** TLS with whoever is there. */
    static TlsSettings trustingAll(String host, int port) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return TlsSettings.client(context, host, port).withoutHostVerification();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] trusted() throws IOException, GeneralSecurityException {
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

    /** Looks at nothing: for development certificates and loads, when somebody asked for it. */
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
    }
}
