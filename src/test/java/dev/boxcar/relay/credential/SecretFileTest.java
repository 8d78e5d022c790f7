// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
    @TempDir
    Path directory;

    private Path secret(String text, String mode) throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw----rw-", "rw-----w-"})
    void aSecretThatOthersMayChangeIsRefused(String mode) throws Exception {
        Path file = secret("ann:secret", mode);
        assertThatIOException()
                .isThrownBy(() -> new SecretFile(file).checkMode())
                .withMessage(file + ": other users may change this secret: chmod 600 " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--r-----", "r--r--r--"})
    void aSecretThatOthersMayOnlyReadIsTaken(String mode) throws Exception {
        new SecretFile(secret("ann:secret", mode)).checkMode();
    }

    @Test
    void aPasswordFileIsReadEachTime() throws Exception {
        var source = new PasswordFile(secret("ann:p:w\nmore\n", "rw-------"));
        assertThat(source.read().user()).isEqualTo("ann");
        assertThat(source.read().password()).isEqualTo("p:w");
        secret("bob:new\n", "rw-------");
        assertThat(source.current(Runnable::run).toCompletableFuture().join().password())
                .isEqualTo("new");
    }

    @Test
    void aTokenFileHasATokenOrTheAnswerOfAServer() throws Exception {
        assertThat(new TokenFile("ann", secret("tok\n", "rw-------")).read().password())
                .isEqualTo("tok");
        assertThat(new TokenFile("ann", secret("{\"access_token\":\"j\"}", "rw-------"))
                        .read()
                        .password())
                .isEqualTo("j");
        Path file = secret("two words", "rw-------");
        assertThatIOException()
                .isThrownBy(() -> new TokenFile("ann", file).read())
                .withMessage(file + ": expected a token in one line, or JSON with access_token");
    }
}
