// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Key files are picked up again when they change; a broken change keeps what there was. Self-signed ones are made once.
 */
class RenewalTest {
    private static final Duration OFTEN = Duration.ofMillis(10);

    @TempDir
    Path directory;

    private final BlockingQueue<SSLContext> contexts = new LinkedBlockingQueue<>();

    private KeyFiles begin(String chain, String key) throws IOException {
        var files = new KeyFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"));
        put(chain, files.chain());
        put(key, files.key());
        return files;
    }

    private void put(String resource, Path target) throws IOException {
        try (var stream = RenewalTest.class.getResourceAsStream("/tls/" + resource)) {
            Path fresh = directory.resolve("fresh");
            Files.copy(stream, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private SSLContext next() throws InterruptedException {
        return contexts.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void changedFilesAreTakenUpAndBrokenOnesAreNot() throws Exception {
        KeyFiles files = begin("rsa.crt", "rsa-pkcs8.key");
        try (KeyFileWatcher renewal = KeyFileWatcher.begin(files, contexts::add, OFTEN)) {
            assertThat(renewal).isNotNull();
            assertThat(Handshake.certificatesOf(next())).isEqualTo(Pem.certificates(files.chain()));
            put("ec.crt", files.chain()); // no match for its key for the moment
            assertThat(contexts.poll(200, TimeUnit.MILLISECONDS)).isNull();
            put("ec-sec1.key", files.key());
            assertThat(Handshake.certificatesOf(next())).isEqualTo(Pem.certificates(files.chain()));
            Files.delete(files.key());
            assertThat(contexts.poll(200, TimeUnit.MILLISECONDS)).isNull();
            put("ec-sec1.key", files.key());
            assertThat(next()).isNotNull();
        }
    }

    @Test
    void filesThatAreBadAtTheBeginningAreNotBegunWith() throws IOException {
        KeyFiles files = begin("rsa.crt", "ec-sec1.key");
        assertThatThrownBy(() -> KeyFileWatcher.begin(files, contexts::add)).isInstanceOf(KeyFileException.class);
    }

    @Test
    void aSelfSignedCertificateIsMadeOnceAndKept() throws Exception {
        Path kept = directory.resolve("state");
        KeyFiles made = SelfSignedCertificate.in(kept, "mx.example");
        assertThat(Handshake.certificatesOf(made.context())).hasSize(1);
        assertThat(Pem.certificates(made.chain())
                        .get(0)
                        .getSubjectAlternativeNames()
                        .toString())
                .contains("mx.example", "localhost", "127.0.0.1");
        String key = Files.readString(made.key());
        assertThat(SelfSignedCertificate.in(kept, "mx.example")).isEqualTo(made);
        assertThat(Files.readString(made.key())).isEqualTo(key);
        try (var files = Files.list(kept)) {
            assertThat(files).hasSize(2); // nothing is left of the making
        }
        Files.writeString(made.key(), "broken");
        SelfSignedCertificate.in(kept, "bad\r\nname,dns:evil");
        assertThat(Files.readString(made.key())).isNotEqualTo(key).contains("BEGIN PRIVATE KEY");
    }

    @Test
    void aKeyThatWasMadeIsForItsOwnerAlone() throws IOException {
        KeyFiles made = SelfSignedCertificate.in(directory, "localhost");
        assertThat(Files.getPosixFilePermissions(made.key()).toString()).doesNotContain("GROUP", "OTHERS");
    }
}
