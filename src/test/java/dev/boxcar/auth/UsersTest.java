// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.ScramVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The users file, and how claims are checked against it. */
class UsersTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
    }

    private void putVerifier(String user, String password) throws IOException {
        var salt = new byte[ScramVerifier.SALT_BYTES];
        UsersFileEditor.put(
                file,
                user,
                ScramVerifier.of(password, salt, ScramVerifier.ITERATIONS).text());
    }

    private static ClaimResult check(Users users, String user, String password) {
        return users.check(new Claim.Password(user, password, ""));
    }

    @Test
    void plainEntriesWorkWithAllPasswordMechanisms() throws Exception {
        Files.writeString(file, "tim:PLAIN$tanstaaftanstaaf\n");
        Users users = UsersFile.open(file).users();
        String challenge = "<1896.697170952@postoffice.reston.mci.net>";
        String digest = "b913a602c7eda7a495b4e6e7334d3890"; // RFC 2195 §2
        assertThat(users.check(new Claim.Digest("tim", challenge, digest))).isEqualTo(ClaimResult.YES);
        assertThat(users.check(new Claim.Digest("tim", "<x>", digest))).isEqualTo(ClaimResult.NO);
        assertThat(users.check(new Claim.Digest("tom", challenge, digest))).isEqualTo(ClaimResult.NO);
        assertThat(check(users, "tim", "tanstaaftanstaaf")).isEqualTo(ClaimResult.YES);
        assertThat(users.check(new Claim.Password("tim", "tanstaaftanstaaf", "boss")))
                .isEqualTo(ClaimResult.NO);
        assertThat(users.check(new Claim.Token("tim", "tanstaaftanstaaf"))).isEqualTo(ClaimResult.NO);
        assertThat(new UserCredentials(() -> users).mechanisms())
                .contains(Mechanism.CRAM_MD5, Mechanism.SCRAM_SHA_256)
                .doesNotContain(Mechanism.XOAUTH2);
    }

    @Test
    void verifiersDoNotWorkWithCramMd5() throws Exception {
        putVerifier("tim", "pencil");
        Users users = UsersFile.open(file).users();
        assertThat(new UserCredentials(() -> users).mechanisms()).doesNotContain(Mechanism.CRAM_MD5);
        // the HMAC-MD5 of an empty key
        assertThat(users.check(new Claim.Digest("tim", "", "74e6f7298a9c2d168935f58c001bad88")))
                .isEqualTo(ClaimResult.NO);
    }

    /** A client gets the same salt at each attempt, as it does for a user who exists. */
    @Test
    void unknownUsersLookLikeKnownOnes() throws Exception {
        putVerifier("tim", "pencil");
        Users users = UsersFile.open(file).users();
        String first = verifier(users, "ghost");
        assertThat(verifier(users, "ghost")).isEqualTo(first);
        assertThat(first).startsWith("SCRAM-SHA-256$15000:");
        assertThat(first).hasSameSizeAs(verifier(users, "tim"));
    }

    private static String verifier(Users users, String user) {
        return ((ClaimResult.Verifier) users.check(new Claim.Scram(user)))
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
    void reportsTheNumberOfAnInvalidLineButNotItsText(String line) {
        assertThatThrownBy(() -> Users.parse(List.of("first:PLAIN$x", "", line), "users", new byte[32]))
                .isInstanceOf(InvalidUsersException.class)
                .hasMessageStartingWith("users:3: ")
                .hasMessageNotContaining("s3cret")
                .message()
                .matches(message -> message.lines().count() == 1);
    }

    @Test
    void refusesBcryptHashesAndSaysWhatToDo() {
        assertThatThrownBy(() -> Users.parse(List.of("tim:$2a$10$abcdefgh"), "users", new byte[32]))
                .hasMessage(
                        "users:1: bcrypt hashes are not supported: set the password again with boxcar passwd FILE USER");
    }

    @Test
    void reloadsAChangedFileAndKeepsTheOldUsersIfItIsInvalid() throws Exception {
        Files.writeString(file, "tim:PLAIN$one\n");
        UsersFile users = UsersFile.open(file);
        assertThat(check(users.users(), "tim", "one")).isEqualTo(ClaimResult.YES);

        Files.writeString(file, "tim:PLAIN$another\n");
        assertThat(check(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);
        assertThat(check(users.users(), "tim", "one")).isEqualTo(ClaimResult.NO);

        Files.writeString(file, "tim\n");
        assertThat(check(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);

        Files.delete(file);
        assertThat(check(users.users(), "tim", "another")).isEqualTo(ClaimResult.YES);

        putVerifier("tim", "pencil");
        assertThat(check(users.users(), "tim", "pencil")).isEqualTo(ClaimResult.YES);
    }

    @Test
    void readsPairsFromAVariable() throws Exception {
        Users users = Users.ofPairs(" tim:one  tom:two:2 ", "MP_SMTP_AUTH");
        assertThat(users.count()).isEqualTo(2);
        assertThat(check(users, "tim", "one")).isEqualTo(ClaimResult.YES);
        assertThat(check(users, "tom", "two:2")).isEqualTo(ClaimResult.YES);
        assertThatThrownBy(() -> Users.ofPairs("tim:$2y$05$abc", "MP_SMTP_AUTH"))
                .hasMessageContaining("bcrypt");
        assertThatThrownBy(() -> Users.ofPairs("tim", "MP_SMTP_AUTH")).hasMessageStartingWith("MP_SMTP_AUTH: ");
    }
}
