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

/** Keys and certificates in their usual forms are taken, and of each bad file one line says what is wrong with it. */
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
    void everyUsualFormIsTaken(String chain, String key, int certificates) throws Exception {
        KeyFiles files = files(chain, key);
        assertThat(Pem.certificates(files.chain())).hasSize(certificates);
        SSLContext context = files.context();
        assertThat(Handshake.certificatesOf(context)).hasSize(certificates);
    }

    @Test
    void bothMayStandInOneFile() throws IOException {
        Path both = directory.resolve("both.pem");
        Files.writeString(
                both,
                "Subject: what openssl writes around it\n" + Files.readString(resource("rsa-pkcs8.key"))
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
                "rsa-pkcs8.key | rsa-pkcs8.key | no certificate in it",
                "rsa.crt | rsa.crt | no private key in it",
                "rsa.crt | rsa-encrypted.key | the key in it is encrypted; it must be one without a passphrase",
                "rsa.crt | rsa-encrypted-traditional.key | the key in it is encrypted; it must be one without a passphrase",
            })
    void aBadPairIsToldInOneLine(String chain, String key, String complaint) {
        assertThatThrownBy(() -> files(chain, key).context())
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(complaint)
                .message()
                .doesNotContain("\n")
                .contains(".");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-----BEGIN PRIVATE KEY-----;AAAA;-----END PRIVATE KEY----- | the key in it cannot be read",
                "-----BEGIN RSA PRIVATE KEY-----;AAAA;-----END RSA PRIVATE KEY----- | the key in it cannot be read",
                "-----BEGIN EC PRIVATE KEY-----;AAAA;-----END EC PRIVATE KEY----- | the key in it cannot be read: it is no DER",
                "-----BEGIN EC PRIVATE KEY-----;MIL/;-----END EC PRIVATE KEY----- | the key in it cannot be read: it is cut short",
                "-----BEGIN EC PRIVATE KEY-----;;-----END EC PRIVATE KEY----- | the key in it cannot be read: it is no DER",
                "-----BEGIN DSA PRIVATE KEY-----;AAAA;-----END DSA PRIVATE KEY----- | a DSA PRIVATE KEY serves no TLS",
                "-----BEGIN PRIVATE KEY-----;AAAA | no private key in it",
                "nothing | no private key in it",
            })
    void aBrokenKeyIsToldInOneLine(String text, String complaint) throws IOException {
        Path key = directory.resolve("broken.key");
        Files.writeString(key, text.replace(';', '\n'));
        assertThatThrownBy(() -> new KeyFiles(resource("rsa.crt"), key).context())
                .isInstanceOf(KeyFileException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining(complaint);
    }

    @Test
    void aBrokenCertificateIsToldInOneLine() throws IOException {
        Path chain = directory.resolve("broken.crt");
        Files.writeString(chain, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> new KeyFiles(chain, resource("rsa-pkcs8.key")).context())
                .hasMessage(chain + ": a certificate in it cannot be read");
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsToldSo() {
        Path missing = directory.resolve("missing.crt");
        assertThatThrownBy(() -> new KeyFiles(missing, missing).context()).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> new KeyFiles(directory, directory).context())
                .hasMessage(directory + ": a directory, no PEM file");
        assertThatThrownBy(() -> new KeyFiles(Path.of("/dev/zero"), missing).context())
                .hasMessage("/dev/zero: larger than any PEM file");
    }
}
