// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.credential.oauth.OAuthAccount;
import dev.boxcar.relay.credential.oauth.OAuthAccountFile;
import dev.boxcar.relay.credential.oauth.OAuthServer;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(120)
class RelayLoginCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final PipedOutputStream typed = new PipedOutputStream();
    private OAuthServer server;
    private Path file;
    private Path secret;

    @BeforeEach
    void start() throws Exception {
        server = new OAuthServer();
        file = directory.resolve("main.oauth");
        secret = Files.writeString(directory.resolve("secret"), OAuthServer.SECRET + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() throws IOException {
        typed.close();
        server.close();
    }

    /** Runs the command as a person does who sees its output and types. */
    private CompletableFuture<Integer> run(Map<String, String> environment, String... options) throws IOException {
        var in = new PipedInputStream(typed);
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of(
                "--user=ann@x.example",
                "--client-id=" + OAuthServer.CLIENT,
                "--client-secret-file=" + secret,
                "--scope=mail offline",
                server.url("/token").toString(),
                file.toString()));
        var command = new CommandLine(new RelayLoginCommand(environment, in)).setOut(new PrintWriter(out, true));
        return CompletableFuture.supplyAsync(() -> command.execute(line.toArray(String[]::new)));
    }

    private String page() {
        await().atMost(LIMIT).until(() -> out.toString().contains("/authorize?"));
        return out.toString()
                .lines()
                .filter(line -> line.contains("/authorize?"))
                .findFirst()
                .orElseThrow();
    }

    private void assertStored(CompletableFuture<Integer> run) throws Exception {
        assertThat(run.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(out.toString())
                .isZero();
        OAuthAccount stored = new OAuthAccountFile(file).read();
        assertThat(stored).isEqualTo(server.account());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(out.toString())
                .contains("--smarthost-oauth-file " + file)
                .doesNotContain(OAuthServer.SECRET)
                .doesNotContain(server.refreshToken());
    }

    @Test
    void theBrowserOpensThePageAndReturnsToThisMachine() throws Exception {
        Path browser = Files.writeString(directory.resolve("browser"), "#!/bin/sh\nprintf %s \"$1\" > \"$0.url\"\n");
        Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
        var run = run(Map.of("BROWSER", browser.toString()), "--authorize-url=" + server.url("/authorize"));
        Path opened = directory.resolve("browser.url");
        await().atMost(LIMIT)
                .until(() -> Files.exists(opened) && Files.readString(opened).equals(page()));

        HttpRequest back =
                HttpRequest.newBuilder(URI.create(server.logIn(page()))).build();
        HttpResponse<String> seen = HttpClient.newHttpClient().send(back, HttpResponse.BodyHandlers.ofString());
        assertThat(seen.body()).contains("You are logged in");
        assertStored(run);
    }

    @Test
    void aPersonWithoutABrowserHerePastesTheAddress() throws Exception {
        var run = run(Map.of(), "--no-browser", "--authorize-url=" + server.url("/authorize"));
        String address = server.logIn(page());
        typed.write("\nwhat\n".getBytes(UTF_8));
        await().atMost(LIMIT).until(() -> out.toString().contains("this is not the address"));
        typed.write((address + "\n").getBytes(UTF_8));
        typed.flush();
        assertStored(run);
    }

    @Test
    void aPersonTypesACodeOnAnotherDevice() throws Exception {
        server.next(new OAuthServer.Answer(
                200,
                "{\"device_code\":\"the-device\",\"user_code\":\"ABCD\",\"interval\":0,"
                        + "\"verification_uri\":\"https://provider.example/\\u001b[2J\"}"));
        var run = run(Map.of(), "--device", "--device-url=" + server.url("/device"));
        assertStored(run);
        assertThat(out.toString()).contains("ABCD", "https://provider.example/").doesNotContain("\u001b");
    }

    @Test
    void nobodyLogsInWithClientCredentials() throws Exception {
        var run = run(Map.of(), "--client-credentials");
        assertThat(run.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
        OAuthAccount stored = new OAuthAccountFile(file).read();
        assertThat(stored.grant()).isEqualTo(OAuthAccount.Grant.CLIENT_CREDENTIALS);
        assertThat(stored.scope()).isEqualTo("mail offline");
    }

    @Test
    void aWrongSecretIsOneLineAndLeavesNoFile() throws Exception {
        Files.writeString(secret, "wrong");
        Boxcar.Outcome outcome = Boxcar.run(
                Map.of("BOXCAR_USER", "ann", "BOXCAR_CLIENT_ID", OAuthServer.CLIENT, "BOXCAR_SCOPE", "mail offline"),
                "relay",
                "login",
                "--client-credentials",
                "--client-secret-file=" + secret,
                server.url("/token").toString(),
                file.toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("boxcar: the OAuth server 127.0.0.1 refused the request: invalid_client"
                        + System.lineSeparator());
        assertThat(file).doesNotExist();
    }

    @Test
    void aLogInWithoutARefreshTokenIsNotStored() throws Exception {
        var run = run(Map.of(), "--no-browser", "--authorize-url=" + server.url("/authorize"), "--login-timeout=30s");
        String address = server.logIn(page());
        server.next(new OAuthServer.Answer(200, "{\"access_token\":\"t\"}"));
        typed.write((address + "\n").getBytes(UTF_8));
        typed.flush();
        assertThat(run.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotZero();
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch f                               | PROVIDER: expected google, microsoft or a URL that begins with https://, not 'nosuch'",
                "http://p.example f                     | PROVIDER: expected google, microsoft or a URL that begins with https://, not 'http://p.example'",
                "https://p.example/token f              | PROVIDER: needs --authorize-url, the page on which you log in, or --device",
                "google /no/such/directory/f            | FILE: /no/such/directory/f: cannot be written",
                "google f --device                      | --device: this provider does not allow it for mail, or --device-url is missing",
                "microsoft f --device --no-browser      | --device: cannot be combined with --no-browser",
                "microsoft f --client-credentials       | --client-credentials: needs --tenant, the organization",
                "microsoft f --client-credentials --tenant x.example | --client-credentials: needs --client-secret-file",
                "google f --client-credentials --device | --client-credentials: cannot be combined with --device or --no-browser",
                "microsoft f --tenant a/b               | --tenant: expected a domain or an id, not 'a/b'",
                "google f --authorize-url http://x.example/ | --authorize-url: invalid URL 'http://x.example/': must begin with https://",
                "google f --login-timeout soon          | --login-timeout: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)"
            })
    void aMistakeIsOneLine(String arguments, String expected) {
        List<String> line = new ArrayList<>(List.of("relay", "login", "--user", "ann", "--client-id", "c"));
        line.addAll(List.of(arguments.replace(" f", " " + file).split(" ")));
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), line.toArray(String[]::new));
        assertThat(outcome.err()).isEqualTo("boxcar: " + expected + System.lineSeparator());
        assertThat(outcome.status()).isEqualTo(2);
    }

    @Test
    void whatIsNeededIsSaid() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "login", "google", file.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).isEqualTo("boxcar: --user: needs USER" + System.lineSeparator());
    }
}
