// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.relay.RelayCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The relay's configuration file: what is shipped, and what is said about a mistake. */
class RelayConfigTest {
    @TempDir
    Path directory;

    /** The port is in use by the test, so a valid file gets as far as to the listener. */
    @Test
    void theShippedFileIsValid() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Path file = directory.resolve("relay.conf");
            Files.writeString(
                    file,
                    Files.readString(Path.of("conf/relay.conf"))
                            .replace("localhost:2525", "127.0.0.1:" + taken.getLocalPort())
                            .replace("\"mailspool\"", "\"" + directory.resolve("spool") + "\""));

            Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "--config", file.toString());

            assertThat(outcome.err()).startsWith("boxcar: ").contains("in use");
            assertThat(outcome.status()).isEqualTo(1);
        }
    }

    static List<String> shownValues() throws IOException {
        return Files.readAllLines(Path.of("conf/relay.conf")).stream()
                .map(String::strip)
                .filter(line -> line.matches("# [a-z-]+ = .*[^{\\[]"))
                .map(line -> line.substring(2))
                .filter(line -> !line.matches("(hosts|user|oauth-file|token-.*|connections) = .*")) // of a smarthost
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shownValues")
    void aValueThatTheShippedFileShowsIsValid(String line) throws Exception {
        Path file = Files.writeString(directory.resolve("relay.conf"), line + "\n");

        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "check", "--offline", "--config", file.toString());

        boolean namesAFile = line.contains("\"/");
        boolean needsAnother = outcome.err().contains("there is no key of the domain")
                || outcome.err().contains("role: front needs a shared queue");
        assertThat(outcome.status() == 0 || namesAFile || needsAnother)
                .as(outcome.err())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ address = \"localhost:2525\" }",
                "{ address = \":587\", tls = required, auth-required = true }",
                "{ address = \"unix:/run/boxcar/relay\", mode = 666 }"
            })
    void aListenerThatTheShippedFileShowsIsValid(String listener) throws Exception {
        assertThat(Files.readString(Path.of("conf/relay.conf"))).contains(listener);
        Path file = Files.writeString(directory.resolve("relay.conf"), "listen = [ " + listener + " ]\n");
        String[] check = {
            "relay", "check", "--offline", "--config", file.toString(), "--auth-accept-any", "--tls", "self-signed"
        };

        Boxcar.Outcome outcome = Boxcar.run(Map.of(), check);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    /** A reader of the file learns of every option but those that are for tests and for other listeners. */
    @Test
    void theShippedFileShowsEveryKey() throws Exception {
        String file = Files.readString(Path.of("conf/relay.conf"));
        Set<String> elsewhere = Set.of(
                "config",
                "help",
                "smtp",
                "smtps",
                "smarthost",
                "smarthost-tls",
                "smarthost-auth-file",
                "smarthost-user",
                "smarthost-token-file",
                "smarthost-token-command",
                "smarthost-oauth-file",
                "auth-accept-any",
                "auth-allow-insecure",
                "auth-required",
                "tls-required");
        List<String> missing = new CommandLine(new RelayCommand(Map.of()))
                .getCommandSpec().options().stream()
                        .map(option -> option.longestName().substring(2))
                        .filter(key -> !elsewhere.contains(key))
                        .filter(key -> !file.matches("(?s).*\\n(# )?" + key + " = .*"))
                        .toList();

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smarthosts = 1                                          | 1: smarthosts: expected names with settings: main = { hosts = [...] }",
                "smarthosts.main = 1                                     | 1: smarthosts.main: expected { hosts = [ ... ], tls = verified }",
                "smarthosts.main = { tls = none }                        | 1: smarthosts.main.hosts: expected a list: [ { host = \"smtp.example.com:587\" } ]",
                "smarthosts.main = { hosts = [\"a:1\"], tsl = none }     | 1: smarthosts.main.tsl: unknown key; did you mean tls?",
                "smarthosts.main = { hosts = [\"a:1\"], tls = maybe }    | 1: smarthosts.main.tls: invalid level 'maybe': use none, opportunistic, required or verified",
                "smarthosts.main = { hosts = [\"a:x\"] }                 | 1: smarthosts.main.hosts[0]: invalid address 'a:x': the port must be 0 to 65535",
                "smarthosts.main = { hosts = [ { host = \"a:1\", weight = 0 } ] } | 1: smarthosts.main.hosts[0].weight: expected a whole number of at least 1",
                "smarthosts.main = { hosts = [ { weight = 1 } ] }        | 1: smarthosts.main.hosts[0].host: is missing",
                "smarthosts.main = { hosts = [\"a:1\"], auth-file = no-such-file } | 1: smarthosts.main.auth-file: no-such-file: no such file",
                "smarthosts.main = { hosts = [\"a:1\"], tls = none, auth-file = f } | 1: smarthosts.main.auth-file: secrets are never sent in clear; use another level of TLS",
                "routes = main                                           | 1: routes: expected a list: [ { to = \"*@x.example\", via = main } ]",
                "routes = [ 1 ]                                          | 1: routes[0]: expected { to = ..., from = ..., via = ... }",
                "routes = [ { via = mx }, { to = \"a@b\" } ]             | 1: routes[1].via: is missing",
                "routes = [ { via = mx, for = x } ]                      | 1: routes[0].for: unknown key; did you mean from?",
                "routes = [ { via = mxx } ]                              | 1: routes[0].via: unknown target 'mxx'; did you mean mx?; use the name of a smarthost, mx, [ADDRESS]:PORT, lmtp:HOST:PORT, lmtp:/PATH, discard or error:5.7.1 text",
                "routes = [ { via = \"error:4.7.1 no\" } ]               | 1: routes[0].via: the status of an error must begin with 5, not '4.7.1'",
                "routes = [ { via = \"lmtp:host\" } ]                    | 1: routes[0].via: invalid address 'host': expected HOST:PORT",
                "routes = [ { via = mx, network = [\"10.0.0.0/33\"] } ] | 1: routes[0].network: '10.0.0.0/33' needs a number of bits from 0 to 32",
                "routes = [ { via = mx, network = lan } ]                | 1: routes[0].network: 'lan' is not a network such as 192.0.2.0/24, ::1 or local",
                "routes = [ { via = mx, network = [] } ]                 | 1: routes[0].network: expected at least one network",
                "routes = [ { via = mx, network = [[local]] } ]          | 1: routes[0].network: expected one value",
                "routes = [ { via = mx, user = [ann] } ]                 | 1: routes[0].user: expected one value",
                "routes = [ { via = mx, usr = ann } ]                    | 1: routes[0].usr: unknown key; did you mean user?",
                "networks = [1]                                          | 1: networks: expected a list of texts: [\"a\", \"b\"]",
                "networks = [\"300.0.0.0/8\"]                            | 1: networks: '300.0.0.0/8' is not a network such as 192.0.2.0/24, ::1 or local",
                "retry-min = soon                                        | 1: retry-min: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)"
            })
    void aMistakeIsOneLineWithFileLineAndKey(String content, String expected) throws Exception {
        Path file = Files.writeString(directory.resolve("relay.conf"), content + "\n");

        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "--config", file.toString());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).isEqualTo("boxcar: " + file + ":" + expected + System.lineSeparator());
    }
}
