// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads keys and certificates in all usual forms, and describes each invalid file in one line. */
class KeyFilesTest {
    @TempDir
    Path directory;

    private static Path resource(String name) {
        try {
            return Path.of(KeyFilesTest.class.getResource("/tls/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyFiles files(String chain, String key) {
        return new KeyFiles(resource(chain), resource(key));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, rsa-pkcs8.key, 1",
        "rsa.crt, rsa-pkcs1.key, 1",
        "ec.crt, ec-pkcs8.key, 1",
        "ec.crt, ec-sec1.key, 1",
        "ec.crt, ec-parameters-first.key, 1",
        "ec384.crt, ec384-sec1.key, 1",
        "chain.crt, chain.key, 2",
        "expired.crt, chain.key, 1"
    })
    void readsEveryUsualForm(String chain, String key, int certificates) throws Exception {
        KeyFiles files = files(chain, key);
        assertThat(Pem.certificates(files.chain())).hasSize(certificates);
        SSLContext context = files.context();
        assertThat(Handshake.certificatesOf(context)).hasSize(certificates);
    }

    @Test
    void readsKeyAndCertificateFromOneFile() throws IOException {
        Path both = directory.resolve("both.pem");
        Files.writeString(
                both,
                "Subject: text that openssl adds\n" + Files.readString(resource("rsa-pkcs8.key"))
                        + Files.readString(resource("rsa.crt")));
        SSLEngine engine = new KeyFiles(both, both).context().createSSLEngine();
        assertThat(engine).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rsa.crt | ec-sec1.key | the key does not belong to the first certificate in",
                "ec.crt | ec384-sec1.key | the key does not belong to the first certificate in",
                "ca.crt | rsa-pkcs8.key | the key does not belong to the first certificate in",
                "rsa-pkcs8.key | rsa-pkcs8.key | contains no certificate",
                "rsa.crt | rsa.crt | contains no private key",
                "rsa.crt | rsa-encrypted.key | the private key is encrypted; use one without a passphrase",
                "rsa.crt | rsa-encrypted-traditional.key | the private key is encrypted; use one without a passphrase",
            })
    void reportsAWrongPairInOneLine(String chain, String key, String problem) {
        assertThatThrownBy(() -> files(chain, key).context())
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(problem)
                .message()
                .doesNotContain("\n")
                .contains(".");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-----BEGIN PRIVATE KEY-----;AAAA;-----END PRIVATE KEY----- | invalid private key",
                "-----BEGIN RSA PRIVATE KEY-----;AAAA;-----END RSA PRIVATE KEY----- | invalid private key",
                "-----BEGIN EC PRIVATE KEY-----;AAAA;-----END EC PRIVATE KEY----- | invalid private key: invalid DER",
                "-----BEGIN EC PRIVATE KEY-----;MIL/;-----END EC PRIVATE KEY----- | invalid private key: the DER is truncated",
                "-----BEGIN EC PRIVATE KEY-----;;-----END EC PRIVATE KEY----- | invalid private key: invalid DER",
                "-----BEGIN DSA PRIVATE KEY-----;AAAA;-----END DSA PRIVATE KEY----- | DSA PRIVATE KEY is not supported",
                "-----BEGIN PRIVATE KEY-----;AAAA | contains no private key",
                "nothing | contains no private key",
            })
    void reportsAnInvalidKeyInOneLine(String text, String problem) throws IOException {
        Path key = directory.resolve("broken.key");
        Files.writeString(key, text.replace(';', '\n'));
        assertThatThrownBy(() -> new KeyFiles(resource("rsa.crt"), key).context())
                .isInstanceOf(KeyFileException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void reportsAnInvalidCertificateInOneLine() throws IOException {
        Path chain = directory.resolve("broken.crt");
        Files.writeString(chain, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> new KeyFiles(chain, resource("rsa-pkcs8.key")).context())
                .hasMessage(chain + ": a certificate in it is invalid");
    }

    @Test
    void reportsAMissingFileAndADirectory() {
        Path missing = directory.resolve("missing.crt");
        assertThatThrownBy(() -> new KeyFiles(missing, missing).context()).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> new KeyFiles(directory, directory).context())
                .hasMessage(directory + ": is a directory");
        assertThatThrownBy(() -> new KeyFiles(Path.of("/dev/zero"), missing).context())
                .hasMessage("/dev/zero: is too large for a PEM file");
    }
}
