// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.IOException;
import java.io.InputStream;
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

/** Makes the TLS contexts of clients. The first call takes a fifth of a second, so make it only if TLS is used. */
public final class ClientTrust {
    private ClientTrust() {}

    /**
     * A context that trusts these certificate authorities.
     *
     * @param authorities a file of certificates in PEM; null for the authorities of the JDK
     * @throws IOException if the file cannot be read, or has no certificate
     */
    public static SSLContext of(@Nullable Path authorities) throws IOException {
        try {
            return context(authorities == null ? null : trustManagers(authorities));
        } catch (GeneralSecurityException e) {
            throw new IOException(authorities + ": not a file of certificates in PEM: " + e.getMessage(), e);
        }
    }

    /** A context that accepts any certificate. */
    public static SSLContext any() throws IOException {
        try {
            return context(new TrustManager[] {new TrustAll()});
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(TrustManager @Nullable [] managers) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    private static TrustManager[] trustManagers(Path authorities) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream pem = Files.newInputStream(authorities)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry(Integer.toString(number++), one);
            }
        }
        if (number == 0) {
            throw new IOException(authorities + ": has no certificate in PEM");
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Accepts any certificate. */
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
