// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BrowserLoginTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    private OAuthServer server;
    private BrowserLogin login;

    @BeforeEach
    void begin() throws Exception {
        server = new OAuthServer();
        login = BrowserLogin.begin(server.provider(), OAuthServer.CLIENT);
    }

    @AfterEach
    void close() {
        login.close();
        server.close();
    }

    private static HttpResponse<String> open(String address, String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void assertStillWaiting() {
        assertThatThrownBy(() -> login.tokenRequest("", SHORT)).hasMessageStartingWith("nobody logged in within");
    }

    @Test
    void thePageHasAChallengeAStateAndTheAddressOfThisMachine() {
        Map<String, String> query =
                OAuthServer.fields(URI.create(login.url("ann@x.example")).getRawQuery());
        assertThat(query)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", OAuthServer.CLIENT)
                .containsEntry("scope", "mail offline")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("login_hint", "ann@x.example");
        assertThat(query.get("code_challenge")).matches("[A-Za-z0-9_-]{43}");
        assertThat(query.get("state")).matches("[A-Za-z0-9_-]{43}");
        assertThat(query.get("redirect_uri")).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*");
    }

    @Test
    void theCodeThatTheBrowserBringsGivesTheTokens() throws Exception {
        assertThat(open(server.logIn(login.url("ann")), "GET").statusCode()).isEqualTo(200);

        Map<String, String> form = login.tokenRequest(OAuthServer.SECRET, LIMIT);
        Map<String, String> tokens = new OAuthHttp(LIMIT).post(server.url("/token"), form);
        assertThat(tokens).containsEntry("access_token", "token-1").containsEntry("refresh_token", "refresh-1");
    }

    @Test
    void anAnswerWithAnotherStateDoesNotCount() throws Exception { // RFC 6749 §10.12
        String right = server.logIn(login.url("ann"));
        String forged = right.replaceAll("state=.*", "state=forged").replace(OAuthServer.CODE, "stolen");
        assertThat(open(forged, "GET").statusCode()).isEqualTo(400);
        assertThat(open(right.replaceAll("&state=.*", ""), "GET").statusCode()).isEqualTo(400);
        assertThatThrownBy(() -> login.paste(forged)).hasMessageContaining("is not the address");
        assertStillWaiting();

        open(right, "GET");
        assertThat(login.tokenRequest("", LIMIT)).containsEntry("code", OAuthServer.CODE);
    }

    @Test
    void otherRequestsDoNotCount() throws Exception {
        String right = server.logIn(login.url("ann"));
        String base = right.substring(0, right.indexOf('?'));
        assertThat(open(base + "favicon.ico", "GET").statusCode()).isEqualTo(404);
        assertThat(open(base, "GET").statusCode()).isEqualTo(404);
        assertThat(open(right, "POST").statusCode()).isEqualTo(404);
        assertThat(open(right.replace("code=" + OAuthServer.CODE, "code="), "GET")
                        .statusCode())
                .isEqualTo(400);
        assertStillWaiting();
    }

    @Test
    void theFirstAnswerCounts() throws Exception {
        String right = server.logIn(login.url("ann"));
        open(right, "GET");
        open(right.replace(OAuthServer.CODE, "other"), "GET");
        assertThat(login.tokenRequest("", LIMIT)).containsEntry("code", OAuthServer.CODE);
    }

    @Test
    void aDeniedLogInIsAFailure() throws Exception {
        String denied = server.logIn(login.url("ann")).replace("code=" + OAuthServer.CODE, "error=access_denied");
        assertThat(open(denied, "GET").body()).contains("failed");
        assertThatThrownBy(() -> login.tokenRequest("", LIMIT)).hasMessage("the log-in was denied");
    }

    @Test
    void aCopiedAddressGivesTheCode() throws Exception {
        login.paste("  " + server.logIn(login.url("ann")) + "\n");
        assertThat(login.tokenRequest("", LIMIT))
                .containsEntry("code", OAuthServer.CODE)
                .doesNotContainKey("client_secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "the-code",
                "http://127.0.0.1:1/",
                "http://127.0.0.1:1/?code=x",
                "http://127.0.0.1:1/?state=%zz&%"
            })
    void anotherTextIsNotTaken(String text) {
        assertThatThrownBy(() -> login.paste(text)).isInstanceOf(OAuthException.class);
        assertStillWaiting();
    }

    @Test
    void aStolenCodeIsUselessWithoutTheVerifier() throws Exception { // RFC 7636 §1
        open(server.logIn(login.url("ann")), "GET");
        Map<String, String> form = login.tokenRequest(OAuthServer.SECRET, LIMIT);
        form.put("code_verifier", "guessed");
        assertThatThrownBy(() -> new OAuthHttp(LIMIT).post(server.url("/token"), form))
                .hasMessageContaining("invalid_grant");
    }
}
