// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** The file of users, from {@code boxcar passwd} to the answer to a claim. */
class UsersTest {
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

    private static ClaimResult answer(Users users, String user, String password) {
        return users.answer(new Claim.Password(user, password, ""));
    }

    @Test
    void passwdMakesAFileForItsOwnerAlone() throws Exception {
        assertThat(passwd("pencil\n", file.toString(), "tim")).isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .matches("tim:SCRAM-SHA-256\\$15000:[^:$]{24}\\$[^:$]{44}:[^:$]{44}\n")
                .doesNotContain("pencil");
        Users users = UsersFile.open(file).users();
        assertThat(answer(users, "tim", "pencil")).isEqualTo(ClaimResult.YES);
        assertThat(answer(users, "tim", "Pencil")).isEqualTo(ClaimResult.NO);
        assertThat(answer(users, "tom", "pencil")).isEqualTo(ClaimResult.NO);
        assertThat(users.havePlain()).isFalse();
    }

    @Test
    void passwdReplacesAnEntryAndNothingElse() throws Exception {
        Files.writeString(file, "# the users\n\ntim:PLAIN$old\ntimothy:PLAIN$other\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(passwd("n:w $\u00E4\r\n", file.toString(), "tim", "--plain")).isZero();
        assertThat(passwd("x", file.toString(), "tom", "--plain")).isZero();

        assertThat(Files.readString(file))
                .isEqualTo("# the users\n\ntim:PLAIN$n:w $\u00E4\ntimothy:PLAIN$other\ntom:PLAIN$x\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(answer(UsersFile.open(file).users(), "tim", "n:w $\u00E4")).isEqualTo(ClaimResult.YES);
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a\u0007b\n"})
    void passwdRefusesWhatIsNoPassword(String input) {
        assertThat(passwd(input, file.toString(), "tim")).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "#a", "a\u0000"})
    void passwdRefusesWhatIsNoName(String user) {
        assertThat(passwd("pencil\n", file.toString(), user)).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void plainEntriesServeAllMechanisms() throws Exception {
        Files.writeString(file, "tim:PLAIN$tanstaaftanstaaf\n");
        Users users = UsersFile.open(file).users();
        String challenge = "<1896.697170952@postoffice.reston.mci.net>";
        String digest = "b913a602c7eda7a495b4e6e7334d3890"; // RFC 2195 §2
        assertThat(users.answer(new Claim.Digest("tim", challenge, digest))).isEqualTo(ClaimResult.YES);
        assertThat(users.answer(new Claim.Digest("tim", "<x>", digest))).isEqualTo(ClaimResult.NO);
        assertThat(users.answer(new Claim.Digest("tom", challenge, digest))).isEqualTo(ClaimResult.NO);
        assertThat(answer(users, "tim", "tanstaaftanstaaf")).isEqualTo(ClaimResult.YES);
        assertThat(users.answer(new Claim.Password("tim", "tanstaaftanstaaf", "boss")))
                .isEqualTo(ClaimResult.NO);
        assertThat(users.answer(new Claim.Token("tim", "tanstaaftanstaaf"))).isEqualTo(ClaimResult.NO);
        assertThat(new UserCredentials(() -> users).mechanisms())
                .contains(Mechanism.CRAM_MD5, Mechanism.SCRAM_SHA_256)
                .doesNotContain(Mechanism.XOAUTH2);
    }

    @Test
    void verifiersDoNotServeCramMd5() throws Exception {
        passwd("pencil\n", file.toString(), "tim");
        Users users = UsersFile.open(file).users();
        assertThat(new UserCredentials(() -> users).mechanisms()).doesNotContain(Mechanism.CRAM_MD5);
        // what HMAC-MD5 gives with no key at all
        assertThat(users.answer(new Claim.Digest("tim", "", "74e6f7298a9c2d168935f58c001bad88")))
                .isEqualTo(ClaimResult.NO);
    }

    /** A stranger finds the same salt at each try, as with a user that is there. */
    @Test
    void usersThatDoNotExistLookAsOthers() throws Exception {
        passwd("pencil\n", file.toString(), "tim");
        Users users = UsersFile.open(file).users();
        String first = verifier(users, "ghost");
        assertThat(verifier(users, "ghost")).isEqualTo(first);
        assertThat(first).startsWith("SCRAM-SHA-256$15000:");
        assertThat(first).hasSameSizeAs(verifier(users, "tim"));
    }

    private static String verifier(Users users, String user) {
        return ((ClaimResult.Verifier) users.answer(new Claim.Scram(user)))
                .verifier()
                .text();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tim",
                ":PLAIN$s3cret",
                "tim:s3cret",
                "tim:PLAIN$",
                "tim:PLAIN$s3cret\u0007",
                "tim:{SHA}s3cret",
                "tim:SCRAM-SHA-256$4096:s3cret",
                "tim:$2y$05$s3cret",
                "first:PLAIN$s3cret"
            })
    void aBadLineIsNamedAndNotQuoted(String line) {
        assertThatThrownBy(() -> Users.parse(List.of("first:PLAIN$x", "", line), "users", new byte[32]))
                .isInstanceOf(Users.Unusable.class)
                .hasMessageStartingWith("users:3: ")
                .hasMessageNotContaining("s3cret")
                .message()
                .matches(message -> message.lines().count() == 1);
    }

    @Test
    void bcryptIsRefusedWithAdvice() {
        assertThatThrownBy(() -> Users.parse(List.of("tim:$2a$10$abcdefgh"), "users", new byte[32]))
                .hasMessage(
                        "users:1: a bcrypt hash cannot serve here: set the password anew with boxcar passwd FILE USER");
    }

    @Test
    void aChangedFileIsReadAgainAndABrokenOneIsNot() throws Exception {
        Files.writeString(file, "tim:PLAIN$one\n");
        UsersFile users = UsersFile.open(file);
        assertThat(answer(users.users(), "tim", "one")).isEqualTo(ClaimResult.YES);

        Files.writeString(file, "tim:PLAIN$another\n");
        assertThat(answer(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);
        assertThat(answer(users.users(), "tim", "one")).isEqualTo(ClaimResult.NO);

        Files.writeString(file, "tim\n");
        assertThat(answer(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);

        Files.delete(file);
        assertThat(answer(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);

        passwd("pencil\n", file.toString(), "tim");
        assertThat(answer(users.users(), "tim", "pencil")).isEqualTo(ClaimResult.YES);
    }

    @Test
    void pairsOfAVariable() throws Exception {
        Users users = Users.ofPairs(" tim:one  tom:two:2 ", "MP_SMTP_AUTH");
        assertThat(users.count()).isEqualTo(2);
        assertThat(answer(users, "tim", "one")).isEqualTo(ClaimResult.YES);
        assertThat(answer(users, "tom", "two:2")).isEqualTo(ClaimResult.YES);
        assertThatThrownBy(() -> Users.ofPairs("tim:$2y$05$abc", "MP_SMTP_AUTH"))
                .hasMessageContaining("bcrypt");
        assertThatThrownBy(() -> Users.ofPairs("tim", "MP_SMTP_AUTH")).hasMessageStartingWith("MP_SMTP_AUTH: ");
    }

    @Test
    void optionsThatDoNotFitAreOneLine() throws IOException {
        Files.writeString(file, "tim:PLAIN$x\ntom\n");
        refused(Map.of(), file + ":2: ", "--auth-file", file.toString());
        refused(
                Map.of(),
                "no such file",
                "--auth-file",
                directory.resolve("none").toString());
        refused(Map.of(), "--auth-accept-any: ", "--auth-accept-any", "--auth-file", file.toString());
        refused(Map.of(), "--auth-required: ", "--auth-required");
        refused(Map.of("MP_SMTP_AUTH", "tim"), "MP_SMTP_AUTH: ");
        refused(Map.of("MP_SMTP_AUTH_FILE", file.toString()), file + ":2: ");
        refused(Map.of("BOXCAR_AUTH_ACCEPT_ANY", "maybe"), "BOXCAR_AUTH_ACCEPT_ANY: 'maybe' is neither true nor false");
        refused(Map.of("MP_SMTP_AUTH", "a:b", "MP_SMTP_AUTH_ACCEPT_ANY", "yes"), "--auth-accept-any: ");
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
