// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthAccountFileTest {
    private static final String GOOD = "\"user\":\"ann\",\"grant\":\"refresh_token\",\"client_id\":\"c\","
            + "\"token_url\":\"https://p.example/token\",\"refresh_token\":\"secret\"";

    @TempDir
    Path directory;

    private OAuthAccountFile file(String content) throws IOException {
        return new OAuthAccountFile(Files.writeString(directory.resolve("f"), content));
    }

    @Test
    void aFileCanBeWrittenByHand() throws Exception {
        OAuthAccount account = file("{" + GOOD + "}").read();
        assertThat(account.user()).isEqualTo("ann");
        assertThat(account.tokenRequest()).containsOnlyKeys("grant_type", "refresh_token", "client_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                             | expected a JSON object",
                "[]                                             | expected a JSON object",
                "{\"user\":\"secret                              | invalid JSON",
                "{}                                             | grant is missing",
                "{GOOD,\"grant\":\"password\"}                  | grant must be refresh_token or client_credentials",
                "{GOOD,\"grant\":\"client_credentials\"}        | client_secret is missing",
                "{GOOD,\"refresh_token\":\" \"}                 | refresh_token is missing",
                "{GOOD,\"user\":\"\"}                           | user is missing",
                "{GOOD,\"token_url\":\"http://p.example/\"}     | invalid URL 'http://p.example/': must begin with https://",
                "{GOOD,\"usr\":\"secret\"}                      | unknown key 'usr'"
            })
    void aMistakeIsNamedWithoutTheSecrets(String content, String reason) throws Exception {
        OAuthAccountFile file = file(content.replace("GOOD", GOOD));
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessage(file.path() + ": " + reason + "; boxcar relay login writes such a file");
    }

    @Test
    void aLinkStaysALink() throws Exception {
        OAuthAccountFile file = file("{" + GOOD + "}");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file.path());
        new OAuthAccountFile(link).write(file.read().withRefreshToken("other"));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(file.read().refreshToken()).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://p.example/token", "http://127.0.0.1:8080/", "http://localhost:1/", "http://[::1]/"})
    void secretsGoByHttpsOrStayOnThisMachine(String url) {
        assertThat(OAuthAccount.url(url)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://p.example/",
                "ftp://p.example/",
                "p.example",
                "https:///x",
                "http://localhost.evil.example/"
            })
    void secretsGoNowhereElse(String url) {
        assertThatThrownBy(() -> OAuthAccount.url(url)).isInstanceOf(IllegalArgumentException.class);
    }
}
