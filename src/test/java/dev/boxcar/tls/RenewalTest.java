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

/** Key files are reloaded when they change; invalid ones are not. A self-signed certificate is created only once. */
class RenewalTest {
    private static final Duration INTERVAL = Duration.ofMillis(10);

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
    void reloadsChangedFilesUnlessTheyAreInvalid() throws Exception {
        KeyFiles files = begin("rsa.crt", "rsa-pkcs8.key");
        try (KeyFileWatcher watcher = KeyFileWatcher.begin(files, contexts::add, INTERVAL)) {
            assertThat(watcher).isNotNull();
            assertThat(Handshake.certificatesOf(next())).isEqualTo(Pem.certificates(files.chain()));
            put("ec.crt", files.chain()); // does not match the key yet
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
    void rejectsFilesThatAreInvalidAtTheStart() throws IOException {
        KeyFiles files = begin("rsa.crt", "ec-sec1.key");
        assertThatThrownBy(() -> KeyFileWatcher.begin(files, contexts::add)).isInstanceOf(KeyFileException.class);
    }

    @Test
    void createsASelfSignedCertificateOnce() throws Exception {
        Path state = directory.resolve("state");
        KeyFiles created = SelfSignedCertificate.in(state, "mx.example");
        assertThat(Handshake.certificatesOf(created.context())).hasSize(1);
        assertThat(Pem.certificates(created.chain())
                        .get(0)
                        .getSubjectAlternativeNames()
                        .toString())
                .contains("mx.example", "localhost", "127.0.0.1");
        String key = Files.readString(created.key());
        assertThat(SelfSignedCertificate.in(state, "mx.example")).isEqualTo(created);
        assertThat(Files.readString(created.key())).isEqualTo(key);
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(2); // no temporary files remain
        }
        Files.writeString(created.key(), "broken");
        SelfSignedCertificate.in(state, "bad\r\nname,dns:evil");
        assertThat(Files.readString(created.key())).isNotEqualTo(key).contains("BEGIN PRIVATE KEY");
    }

    @Test
    void makesTheKeyReadableOnlyByItsOwner() throws IOException {
        KeyFiles created = SelfSignedCertificate.in(directory, "localhost");
        assertThat(Files.getPosixFilePermissions(created.key()).toString()).doesNotContain("GROUP", "OTHERS");
    }
}
