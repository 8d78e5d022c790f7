// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key and a self-signed certificate, created once by the JDK's keytool and kept as PEM files that only their owner
 * may read. Any thread that may block.
 */
public final class SelfSignedCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(SelfSignedCertificate.class);
    private static final String DAYS = "825";
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private SelfSignedCertificate() {}

    /**
     * The key and certificate in {@code directory}: the existing ones if they are valid, else new ones for
     * {@code hostname}, localhost and the loopback addresses.
     *
     * @throws IOException with a message of one line, if keytool fails or the directory cannot be written
     */
    public static KeyFiles in(Path directory, String hostname) throws IOException {
        var files = new KeyFiles(directory.resolve("self-signed.crt"), directory.resolve("self-signed.key"));
        if (Files.exists(files.chain()) && Files.exists(files.key())) {
            try {
                files.context();
                return files;
            } catch (KeyFileException e) {
                LOG.warn("creating a new self-signed certificate: {}", e.getMessage());
            }
        }
        Files.createDirectories(directory);
        Path work = Files.createTempDirectory(directory, "creating");
        try {
            create(work.resolve("store.p12"), hostname, files);
        } finally {
            Files.deleteIfExists(work.resolve("store.p12"));
            Files.deleteIfExists(work);
        }
        LOG.info("created certificate={} for={}", files.chain(), hostname);
        return files;
    }

    private static void create(Path store, String hostname, KeyFiles files) throws IOException {
        String password = Keytool.password();
        keytool(store, hostname, password);
        try (InputStream stream = Files.newInputStream(store)) {
            KeyStore keyStore = KeyStore.getInstance("PKCS12");
            keyStore.load(stream, password.toCharArray());
            Key key = keyStore.getKey(Keytool.ALIAS, password.toCharArray());
            Certificate certificate = keyStore.getCertificate(Keytool.ALIAS);
            write(files.key(), "PRIVATE KEY", key.getEncoded());
            write(files.chain(), "CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the output of keytool", e);
        }
    }

    private static void keytool(Path store, String hostname, String password) throws IOException {
        boolean isName =
                hostname.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?") && !hostname.matches("[0-9.]+");
        String names = (isName && !hostname.equalsIgnoreCase("localhost") ? "dns:" + hostname + "," : "")
                + "dns:localhost,ip:127.0.0.1,ip:::1";
        String subject = "CN=" + (isName && hostname.length() <= 64 ? hostname : "localhost");
        Keytool.createKey(store, password, List.of("-dname", subject, "-ext", "san=" + names, "-validity", DAYS));
    }

    /** Writes a file atomically, readable only by its owner. */
    private static void write(Path file, String label, byte[] bytes) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path unfinished = Files.createTempFile(directory, "unfinished", ".pem"); // with owner-only permissions
        try {
            String text = "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(bytes) + "\n-----END " + label
                    + "-----\n";
            Files.writeString(unfinished, text, US_ASCII);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
