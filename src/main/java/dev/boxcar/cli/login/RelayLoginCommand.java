// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.relay.credential.SecretFile;
import dev.boxcar.relay.credential.oauth.BrowserLogin;
import dev.boxcar.relay.credential.oauth.DeviceLogin;
import dev.boxcar.relay.credential.oauth.OAuthAccount;
import dev.boxcar.relay.credential.oauth.OAuthAccount.Grant;
import dev.boxcar.relay.credential.oauth.OAuthAccountFile;
import dev.boxcar.relay.credential.oauth.OAuthException;
import dev.boxcar.relay.credential.oauth.OAuthHttp;
import dev.boxcar.relay.credential.oauth.OAuthProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar relay login}: logs in to a provider by OAuth, and writes a file with which the relay stays logged in.
 */
@Command(
        name = "login",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay login [OPTION...] --user USER --client-id ID PROVIDER FILE",
        header = "logs in to a mail provider by OAuth, and writes the file for --smarthost-oauth-file",
        description = {
            "",
            "You log in on a page of the provider, in a browser on this machine. Without one, use --no-browser, or",
            "--device if the provider allows it. With --client-credentials nobody logs in. FILE has secrets: only its",
            "owner can read it. Run the command as the user who runs the relay.",
            "",
            "Exit status: 0 if FILE is written, 1 if you did not log in, 2 if an argument is wrong."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Examples:",
            "  boxcar relay login --user ann@gmail.com --client-id ID --client-secret-file secret google gmail.oauth",
            "  boxcar relay login --user ann@x.example --client-id ID --device microsoft office.oauth"
        })
public final class RelayLoginCommand implements Callable<Integer> {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);

    @Spec
    CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "PROVIDER",
            description = "google, microsoft, or the URL of another provider's token endpoint")
    String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "the file to write, or to replace")
    Path path;

    @Option(
            names = "--user",
            paramLabel = "USER",
            required = true,
            description = "the mail account, such as ann@example.org")
    String user;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            required = true,
            description = "the application that you have registered with the provider")
    String clientId;

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = "a file with the application's secret (default: none)")
    @Nullable
    Path secretFile;

    @Mixin
    ProviderOptions provider;

    @Option(names = "--no-browser", description = "your browser is on another machine: paste the address where it ends")
    boolean noBrowser;

    @Option(names = "--device", description = "log in on another device, by a code")
    boolean device;

    @Option(names = "--client-credentials", description = "nobody logs in: the application itself may send mail")
    boolean clientCredentials;

    @Option(
            names = "--login-timeout",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "how long you have to log in (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;
    private final InputStream in;
    private final OAuthHttp http = new OAuthHttp(REQUEST_LIMIT);

    /** The command, with the variables of this environment, and what the person types. */
    public RelayLoginCommand(Map<String, String> environment, InputStream in) {
        this.environment = environment;
        this.in = in;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        OAuthProvider chosen = provider.named(name, clientCredentials, spec.commandLine());
        check(chosen);
        OAuthAccount account = clientCredentials ? ofClient(chosen) : ofPerson(chosen);
        new OAuthAccountFile(path).write(account);
        PrintWriter out = spec.commandLine().getOut();
        out.println("logged in; the relay uses it with --smarthost-oauth-file " + path.toAbsolutePath());
        out.flush();
        return 0;
    }

    /** Finds mistakes before the person logs in for nothing. */
    private void check(OAuthProvider chosen) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isWritable(directory) || Files.isDirectory(path)) {
            throw mistake("FILE: " + path + ": cannot be written");
        }
        if (clientCredentials) {
            if (device || noBrowser) {
                throw mistake("--client-credentials: cannot be combined with --device or --no-browser");
            } else if (secretFile == null) {
                throw mistake("--client-credentials: needs --client-secret-file");
            }
        } else if (device && noBrowser) {
            throw mistake("--device: cannot be combined with --no-browser");
        } else if (device && chosen.deviceUrl() == null) {
            throw mistake("--device: this provider does not allow it for mail, or --device-url is missing");
        } else if (!device && chosen.authorizeUrl() == null) {
            throw mistake("PROVIDER: needs --authorize-url, the page on which you log in, or --device");
        }
    }

    private ParameterException mistake(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    private String secret() throws IOException {
        if (secretFile == null) {
            return "";
        }
        var file = new SecretFile(secretFile);
        file.checkMode();
        return file.text().strip();
    }

    private OAuthAccount ofClient(OAuthProvider chosen) throws IOException, InterruptedException {
        var account = new OAuthAccount(
                user, Grant.CLIENT_CREDENTIALS, chosen.tokenUrl(), clientId, secret(), chosen.clientScope(), "");
        account.verify(http);
        return account;
    }

    private OAuthAccount ofPerson(OAuthProvider chosen) throws IOException, InterruptedException {
        String secret = secret();
        Map<String, String> tokens = device ? byDevice(chosen, secret) : byBrowser(chosen, secret);
        String refresh = tokens.getOrDefault("refresh_token", "");
        if (refresh.isEmpty()) {
            throw new IOException("the provider gave no refresh token: see --scope; many need offline_access there");
        }
        return new OAuthAccount(user, Grant.REFRESH_TOKEN, chosen.tokenUrl(), clientId, secret, "", refresh);
    }

    private Map<String, String> byDevice(OAuthProvider chosen, String secret)
            throws OAuthException, InterruptedException {
        DeviceLogin login = DeviceLogin.begin(http, chosen, clientId, secret, Clock.systemUTC());
        say("Open this page on any device, and type the code " + TerminalText.of(login.userCode()) + ":");
        say(TerminalText.of(login.page()));
        return login.await(pause -> Thread.sleep(pause.toMillis()));
    }

    private Map<String, String> byBrowser(OAuthProvider chosen, String secret)
            throws IOException, InterruptedException {
        try (var login = BrowserLogin.begin(chosen, clientId)) {
            String url = login.url(user);
            say("Log in on this page:");
            say(url);
            if (noBrowser) {
                say("Your browser ends at an address that it cannot open. Paste that address here:");
                readPasted(login);
            } else {
                BrowserCommand.open(url, environment);
            }
            return http.post(chosen.tokenUrl(), login.tokenRequest(secret, timeout));
        }
    }

    /** Reads on another thread, because the browser may be able to return after all, through a tunnel. */
    private void readPasted(BrowserLogin login) {
        var reader = new Thread(
                () -> {
                    var lines = new BufferedReader(new InputStreamReader(in, UTF_8));
                    try {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (!line.isBlank() && take(login, line)) {
                                return;
                            }
                        }
                    } catch (IOException e) {
                        say("standard input cannot be read");
                    }
                },
                "boxcar-login");
        reader.setDaemon(true);
        reader.start();
    }

    private boolean take(BrowserLogin login, String line) {
        try {
            login.paste(line);
            return true;
        } catch (OAuthException e) {
            say(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
