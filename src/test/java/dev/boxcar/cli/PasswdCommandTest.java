// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.auth.UserCredentials;
import dev.boxcar.auth.Users;
import dev.boxcar.auth.UsersFile;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code boxcar passwd}, and the options that use the file it writes. */
class PasswdCommandTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
    }

    private static int passwd(String input, String... arguments) {
        var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new CommandLine(new PasswdCommand(in)).execute(arguments);
    }

    private static ClaimResult check(Users users, String user, String password) {
        return users.check(new Claim.Password(user, password, ""));
    }

    @Test
    void createsAFileThatOnlyItsOwnerCanRead() throws Exception {
        assertThat(passwd("pencil\n", file.toString(), "tim")).isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .matches("tim:SCRAM-SHA-256\\$15000:[^:$]{24}\\$[^:$]{44}:[^:$]{44}\n")
                .doesNotContain("pencil");
        Users users = UsersFile.open(file).users();
        assertThat(check(users, "tim", "pencil")).isEqualTo(ClaimResult.YES);
        assertThat(check(users, "tim", "Pencil")).isEqualTo(ClaimResult.NO);
        assertThat(check(users, "tom", "pencil")).isEqualTo(ClaimResult.NO);
        assertThat(new UserCredentials(() -> users).mechanisms()).doesNotContain(Mechanism.CRAM_MD5);
    }

    @Test
    void replacesOneEntryAndNothingElse() throws Exception {
        Files.writeString(file, "# the users\n\ntim:PLAIN$old\ntimothy:PLAIN$other\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(passwd("n:w $\u00E4\r\n", file.toString(), "tim", "--plain")).isZero();
        assertThat(passwd("x", file.toString(), "tom", "--plain")).isZero();

        assertThat(Files.readString(file))
                .isEqualTo("# the users\n\ntim:PLAIN$n:w $\u00E4\ntimothy:PLAIN$other\ntom:PLAIN$x\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(check(UsersFile.open(file).users(), "tim", "n:w $\u00E4")).isEqualTo(ClaimResult.YES);
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a\u0007b\n"})
    void refusesAnInvalidPassword(String input) {
        assertThat(passwd(input, file.toString(), "tim")).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "#a", "a\u0000"})
    void refusesAnInvalidUserName(String user) {
        assertThat(passwd("pencil\n", file.toString(), user)).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void reportsInvalidOptionsInOneLine() throws IOException {
        Files.writeString(file, "tim:PLAIN$x\ntom\n");
        refused(Map.of(), "--auth-file: " + file + ":2: ", "--auth-file", file.toString());
        refused(
                Map.of(),
                "no such file",
                "--auth-file",
                directory.resolve("none").toString());
        refused(Map.of(), "--auth-accept-any: ", "--auth-accept-any", "--auth-file", file.toString());
        refused(Map.of(), "--auth-required: ", "--auth-required");
        refused(Map.of("MP_SMTP_AUTH", "tim"), "MP_SMTP_AUTH: ");
        refused(Map.of("MP_SMTP_AUTH_FILE", file.toString()), file + ":2: ");
        refused(
                Map.of("BOXCAR_AUTH_ACCEPT_ANY", "maybe"),
                "BOXCAR_AUTH_ACCEPT_ANY: invalid value 'maybe': use true or false");
        refused(Map.of("MP_SMTP_AUTH", "a:b", "MP_SMTP_AUTH_ACCEPT_ANY", "yes"), "MP_SMTP_AUTH_ACCEPT_ANY: ");
    }

    private static void refused(Map<String, String> environment, String reason, String... options) {
        var arguments = new ArrayList<>(List.of("sink", "--smtp", "127.0.0.1:0", "--spool", "memory"));
        arguments.addAll(List.of(options));
        Boxcar.Outcome outcome = Boxcar.run(environment, arguments.toArray(String[]::new));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).startsWith("boxcar: ").contains(reason);
    }
}
