// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate chain and its private key, in two PEM files or in one file that is named twice. The chain begins with
 * the server's own certificate. Any thread that may block.
 *
 * @param chain the file with the certificates
 * @param key the file with the private key
 */
public record KeyFiles(Path chain, Path key) {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
    private static final byte[] SAMPLE = {1, 2, 3, 4};

    /**
     * A TLS context that presents the chain and has the default trust of the JDK. An expired certificate causes only a
     * warning.
     *
     * @throws KeyFileException if a file is missing or invalid, or the key does not match
     */
    public SSLContext context() throws KeyFileException {
        List<X509Certificate> certificates = Pem.certificates(chain);
        PrivateKey privateKey = keyOf(certificates.get(0));
        warnOfDates(certificates.get(0));
        try {
            return context(privateKey, certificates);
        } catch (GeneralSecurityException | IOException e) {
            throw new KeyFileException(key + ": cannot be used for TLS", e);
        }
    }

    /**
     * A TLS context for a client that trusts this chain and no other.
     *
     * @throws KeyFileException if the file with the certificates is missing or invalid
     */
    public SSLContext trust() throws KeyFileException {
        List<X509Certificate> certificates = Pem.certificates(chain);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry("server-" + store.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new KeyFileException(chain + ": cannot be used for TLS", e);
        }
    }

    /** Checks that the files are valid and match. Faster than {@link #context}. */
    public void check() throws KeyFileException {
        keyOf(Pem.certificates(chain).get(0));
    }

    private PrivateKey keyOf(X509Certificate own) throws KeyFileException {
        PrivateKey privateKey = Pem.key(key);
        if (!match(privateKey, own)) {
            throw new KeyFileException(key + ": the key does not belong to the first certificate in " + chain);
        }
        return privateKey;
    }

    private void warnOfDates(X509Certificate own) {
        Instant now = Instant.now();
        if (own.getNotAfter().toInstant().isBefore(now)) {
            LOG.warn(
                    "{}: the certificate expired at {}",
                    chain,
                    own.getNotAfter().toInstant());
        } else if (own.getNotBefore().toInstant().isAfter(now)) {
            LOG.warn(
                    "{}: the certificate is not valid before {}",
                    chain,
                    own.getNotBefore().toInstant());
        }
    }

    private static SSLContext context(PrivateKey privateKey, List<X509Certificate> certificates)
            throws GeneralSecurityException, IOException {
        char[] password = {};
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", privateKey, password, certificates.toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        context.createSSLEngine(); // loads the classes for the first handshake here rather than on an event loop
        return context;
    }

    /** Whether the certificate verifies a signature made with the key. */
    private boolean match(PrivateKey privateKey, X509Certificate own) throws KeyFileException {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(SAMPLE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(own.getPublicKey());
            verifier.update(SAMPLE);
            return verifier.verify(signature);
        } catch (SignatureException | InvalidKeyException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new KeyFileException(key + ": the algorithm " + privateKey.getAlgorithm() + " is not supported", e);
        }
    }

    /** A value that changes whenever the files change. A file that cannot be read has a fixed value. */
    List<Object> stamp() {
        return List.of(stamp(chain), stamp(key));
    }

    private static Object stamp(Path file) {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            return List.of(
                    time,
                    Files.size(file),
                    String.valueOf(Files.readAttributes(file, BasicFileAttributes.class)
                            .fileKey()));
        } catch (IOException e) {
            return "none";
        }
    }
}
