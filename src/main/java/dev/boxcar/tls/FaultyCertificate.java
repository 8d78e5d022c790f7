// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Self-signed certificates that a client must refuse, also one that trusts their key: for tests of clients. */
public enum FaultyCertificate {
    /** The signature does not fit. */
    BROKEN_SIGNATURE("dns:localhost,ip:127.0.0.1,ip:::1", "-0d"),
    /** It was valid for one day, a month ago. */
    EXPIRED("dns:localhost,ip:127.0.0.1,ip:::1", "-30d"),
    /** It is for another host. */
    WRONG_NAME("dns:wrong.invalid", "-0d");

    private static final String SUBJECT = "CN=boxcar test";
    private static final String PKCS12 = "PKCS12";

    private final String names;
    private final String startDate;

    FaultyCertificate(String names, String startDate) {
        this.names = names;
        this.startDate = startDate;
    }

    /**
     * Creates a new key with such a certificate, in memory. Takes a second or so; on a thread that may block.
     *
     * @throws IOException with a message of one line
     */
    public SSLContext create() throws IOException {
        Path directory = Files.createTempDirectory("boxcar-certificate");
        Path store = directory.resolve("store.p12");
        char[] password = Keytool.password().toCharArray();
        try {
            List<String> options =
                    List.of("-dname", SUBJECT, "-ext", "san=" + names, "-startdate", startDate, "-validity", "1");
            Keytool.createKey(store, new String(password), options);
            return context(load(store, password), password);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the output of keytool", e);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(directory);
        }
    }

    private static KeyStore load(Path file, char[] password) throws IOException, GeneralSecurityException {
        try (InputStream stream = Files.newInputStream(file)) {
            KeyStore loaded = KeyStore.getInstance(PKCS12);
            loaded.load(stream, password);
            return loaded;
        }
    }

    private SSLContext context(KeyStore valid, char[] password) throws IOException, GeneralSecurityException {
        Key key = valid.getKey(Keytool.ALIAS, password);
        Certificate certificate = valid.getCertificate(Keytool.ALIAS);
        KeyStore used = KeyStore.getInstance(PKCS12);
        used.load(null, password);
        Certificate shown = this == BROKEN_SIGNATURE ? withBrokenSignature(certificate) : certificate;
        used.setKeyEntry(Keytool.ALIAS, key, password, new Certificate[] {shown});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(used, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** The signature is at the end of a certificate (RFC 5280 §4.1). */
    private static Certificate withBrokenSignature(Certificate certificate) throws GeneralSecurityException {
        byte[] encoded = certificate.getEncoded();
        encoded[encoded.length - 1] ^= 1;
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
