// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.relay.FixedNames;
import dev.boxcar.relay.route.NameService.Status;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys in files and in the DNS. */
class SigningKeyTest {
    private static final KeyName NAME = KeyName.of("boxcar", "example.org");

    @TempDir
    Path directory;

    private Path file(String content, String mode) throws IOException {
        Path file = directory.resolve("key.pem");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static String pem(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return pem(generator.generateKeyPair().getPrivate());
    }

    @ParameterizedTest
    @EnumSource
    void aNewKeyIsReadAgainAndMatchesItsRecord(SigningAlgorithm algorithm) throws Exception {
        Path file = directory.resolve("new.pem");
        NewSigningKey made = NewSigningKey.make(NAME, algorithm, 2048);
        made.write(file);

        SigningKey read = SigningKey.read(NAME, file);
        assertThat(read.algorithm()).isEqualTo(algorithm);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.record()).startsWith("boxcar._domainkey.example.org. IN TXT ( \"v=DKIM1; k=");
        assertThat(Files.readString(file)).contains(made.record());
        assertThat(made.record().split("\"")).allMatch(string -> string.length() <= 255);
        assertThat(finding(read, joined(made.record()))).isEqualTo("is published");
    }

    /** What a name server sends for the lines of a zone file. */
    private static String joined(String zoneLines) {
        return zoneLines
                .substring(zoneLines.indexOf('"') + 1, zoneLines.lastIndexOf('"'))
                .replaceAll("\"\\s+\"", "");
    }

    private static String finding(SigningKey key, String... records) {
        return PublishedKeyCheck.check(key, new FixedNames().text(NAME.toString(), records))
                .toCompletableFuture()
                .join()
                .text();
    }

    @Test
    void anOldFileIsNotOverwritten() throws Exception {
        Path file = file("precious", "rw-------");
        NewSigningKey made = NewSigningKey.make(NAME, SigningAlgorithm.ED25519, 0);
        assertThatThrownBy(() -> made.write(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readString(file)).isEqualTo("precious");
    }

    @Test
    void aFileThatIsNoUsableKeyIsRefusedWithAReason() throws Exception {
        assertRefused(directory.resolve("none"), "no such file");
        assertRefused(file("text", "rw-------"), "contains no private key");
        assertRefused(file(pem("EC", 256), "rw-------"), "a key of the type EC cannot sign mail; use RSA or Ed25519");
        assertRefused(file(pem("Ed448", 0), "rw-------"), "cannot sign mail; use RSA or Ed25519");
        assertRefused(file(pem("RSA", 512), "rw-------"), "an RSA key of 512 bits is too short; use 2048");
        assertRefused(file(pem("Ed25519", 0), "rw-rw----"), "other users may change this secret: chmod 600");
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> SigningKey.read(NAME, file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%s | is published",
                "k=ed25519; p=KEY | is published",
                "v=DKIM1;k=ed25519;h=sha1:sha256;s=*;t=s;p=KEY; | is published",
                "v=DKIM1; k=ed25519; t=y:s; p=KEY | is published, in testing (t=y): verifiers may ignore it",
                "v=DKIM1; k=ed25519; p= | has a wrong record: it says that the key was revoked (p= is empty)",
                "v=DKIM1; k=ed25519 | has a wrong record: it has no public key (p=)",
                "v=spf1 -all | has a wrong record: its version is v=spf1 -all, not v=DKIM1",
                "v=DKIM2; k=ed25519; p=KEY | has a wrong record: its version is v=DKIM2, not v=DKIM1",
                "v=DKIM1; p=KEY | has a wrong record: it is for a key of the type k=rsa, but the key file has one of the type k=ed25519",
                "v=DKIM1; k=ed25519; h=sha1; p=KEY | has a wrong record: it does not allow SHA-256 (h=sha1)",
                "v=DKIM1; k=ed25519; s=other; p=KEY | has a wrong record: it is not for mail (s=other)",
                "v=DKIM1; k=ed25519; p=*** | has a wrong record: its public key (p=) cannot be read",
                "v=DKIM1; k=ed25519; p=QUJD | has a wrong record: its public key (p=) cannot be read",
                "v=DKIM1; k=ed25519; p=OTHER | has a wrong record: its public key (p=) is not that of the key file"
            })
    void theFindingSaysWhatIsWrongWithTheRecord(String record, String expected) throws Exception {
        var keys = new DkimVerifier();
        SigningKey key = keys.newKey("boxcar", "example.org", SigningAlgorithm.ED25519);
        String right = keys.recordOf(key);
        String other = keys.recordOf(keys.newKey("boxcar", "other.example", SigningAlgorithm.ED25519));
        String published = record.replace("%s", right)
                .replace("KEY", right.substring(right.indexOf("p=") + 2))
                .replace("OTHER", other.substring(other.indexOf("p=") + 2));

        assertThat(finding(key, published)).isEqualTo(expected);
    }

    @Test
    void aMissingRecordSeveralRecordsAndAFailedLookUpAreNamed() throws Exception {
        var keys = new DkimVerifier();
        SigningKey key = keys.newKey("boxcar", "example.org", SigningAlgorithm.ED25519);
        String right = keys.recordOf(key);
        assertThat(finding(key, right, right)).isEqualTo("has 2 TXT records, but there must be one");
        assertThat(PublishedKeyCheck.check(key, new FixedNames())
                        .toCompletableFuture()
                        .join())
                .satisfies(found -> assertThat(found.isGood()).isFalse())
                .satisfies(found -> assertThat(found.text()).startsWith("is not published: "));
        assertThat(PublishedKeyCheck.check(key, new FixedNames().noText(NAME.toString(), Status.FAILED))
                        .toCompletableFuture()
                        .join()
                        .text())
                .startsWith("cannot be looked up: ");
    }
}
