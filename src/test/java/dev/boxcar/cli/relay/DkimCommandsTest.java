// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.ZoneServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a key: {@code relay dkim-key}, the DNS, {@code relay check}, {@code relay route}, the relay, SIGHUP. */
class DkimCommandsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Path file(String selector) {
        return directory.resolve(selector + ".pem");
    }

    private Boxcar.Outcome newKey(String selector, String... options) {
        var arguments = new ArrayList<>(List.of("relay", "dkim-key", "example.org"));
        arguments.addAll(List.of("--selector=" + selector, "--out=" + file(selector)));
        arguments.addAll(List.of(options));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }

    private String option(String selector) {
        return selector + "._domainkey.example.org=" + file(selector);
    }

    private Boxcar.Outcome check(ZoneServer zone, String... options) {
        var arguments = new ArrayList<>(List.of("relay", "check", "--dns=" + zone.address()));
        arguments.addAll(List.of(options));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }

    @Test
    void thePrintedRecordIsOneOfAZoneFileWithWhichTheCheckIsContent() throws Exception {
        Boxcar.Outcome made = newKey("rsa", "--algorithm=rsa", "--bits=4096");
        Boxcar.Outcome edwards = newKey("ed", "--algorithm=ed25519");
        assertThat(made.status()).isZero();
        assertThat(made.out())
                .contains("rsa._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=")
                .contains("--dkim-keys rsa._domainkey.example.org=" + file("rsa"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("rsa"))))
                .isEqualTo("rw-------");
        String keys = "--dkim-keys=" + option("rsa") + "," + option("ed");
        try (var zone = ZoneServer.start()) {
            Boxcar.Outcome before = check(zone, keys);
            assertThat(before.status()).isEqualTo(1);
            assertThat(before.out())
                    .contains(
                            "DKIM key rsa._domainkey.example.org (rsa-sha256) is not published: there is no TXT record");
        }
        try (var zone = ZoneServer.start(made.out(), edwards.out())) {
            Boxcar.Outcome after = check(zone, keys);
            assertThat(after.out())
                    .contains("DKIM key rsa._domainkey.example.org (rsa-sha256) is published")
                    .contains("DKIM key ed._domainkey.example.org (ed25519-sha256) is published");
            assertThat(after.status()).isZero();
            assertThat(check(zone, keys, "--json").out())
                    .contains("{\"name\":\"ed._domainkey.example.org\",\"algorithm\":\"ed25519-sha256\","
                            + "\"published\":true,\"finding\":\"is published\"}");
            assertThat(check(zone, keys, "--offline").out()).doesNotContain("DKIM");
        }
        try (var zone = ZoneServer.start(edwards.out().replace("ed._domainkey", "rsa._domainkey"))) {
            assertThat(check(zone, keys).out())
                    .contains("has a wrong record: it is for a key of the type k=ed25519, but the key file has one of"
                            + " the type k=rsa");
        }
    }

    @Test
    void aKeyFileIsNeverOverwritten() throws Exception {
        assertThat(newKey("ed", "--algorithm=ed25519").status()).isZero();
        String content = Files.readString(file("ed"));

        Boxcar.Outcome again = newKey("ed", "--algorithm=ed25519");

        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains(file("ed") + ": exists, and is not overwritten");
        assertThat(Files.readString(file("ed"))).isEqualTo(content);
    }

    @Test
    void routeNamesTheKeysThatWouldSign() {
        newKey("ed", "--algorithm=ed25519");
        String keys = "--dkim-keys=" + option("ed");

        assertThat(route(keys, "--from=ann@host.example.org"))
                .contains("DKIM         signed if the From address is in host.example.org: ed._domainkey.example.org"
                        + " (ed25519-sha256)");
        assertThat(route(keys, "--from=ann@other.example"))
                .contains("DKIM         not signed: no key is for From addresses in other.example");
        assertThat(route(keys, "--from=ann@other.example", "--dkim-domain=example.org"))
                .contains("ed._domainkey.example.org");
        assertThat(route(keys, "--hostname=mx.example.org"))
                .as("a report")
                .contains("DKIM         signed if the From address is in mx.example.org: ed._domainkey.example.org");
    }

    private static String route(String... options) {
        var arguments = new ArrayList<>(List.of("relay", "route", "--smarthost=127.0.0.1:1", "bob@there.example"));
        arguments.addAll(List.of(options));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new)).out();
    }

    @Test
    void aMissingOrWrongKeyIsOneLineAtTheStart() throws Exception {
        Files.writeString(file("text"), "no key");
        for (String selector : List.of("none", "text")) {
            Boxcar.Outcome started = Boxcar.run(Map.of(), "relay", "--dkim-keys=" + option(selector));
            assertThat(started.status()).isEqualTo(2);
            assertThat(started.err()).startsWith("boxcar: --dkim-keys: " + file(selector) + ": ");
            assertThat(started.err().lines()).hasSize(1);
        }
        newKey("ed", "--algorithm=ed25519");
        Files.setPosixFilePermissions(file("ed"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(Boxcar.run(Map.of(), "relay", "--dkim-keys=" + option("ed")).err())
                .contains("other users may change this secret");
    }

    // ---- SIGHUP

    private void configure(Downstream downstream, String keys) throws Exception {
        Files.writeString(
                directory.resolve("relay.conf"),
                String.join(
                        "\n",
                        "hostname = relay.example",
                        "smtp = \"127.0.0.1:0\"",
                        "spool = spool",
                        "smarthost = \"127.0.0.1:" + downstream.port() + "\"",
                        "smarthost-tls = none",
                        keys.isEmpty() ? "# no keys" : "dkim-keys = [" + keys + "]",
                        ""));
    }

    private String sent(Boxcar.Running relay, String line, Downstream downstream) throws Exception {
        int before = downstream.messages().size();
        String server = line.substring(line.lastIndexOf(' ') + 1);
        Boxcar.Outcome sent =
                Boxcar.run(Map.of(), "send", server, "--from=ann@example.org", "--to=bob@there.example", "--body=text");
        assertThat(sent.err()).isEmpty();
        await().atMost(LIMIT).until(() -> downstream.messages().size() > before);
        return downstream.messages().get(before).content() + Files.readString(relay.errFile());
    }

    @Test
    void newKeysCountAfterSighupAndAMistakeLeavesTheOldOnes() throws Exception {
        newKey("one", "--algorithm=ed25519");
        newKey("two", "--algorithm=rsa");
        try (var downstream = Downstream.start()) {
            configure(downstream, "");
            try (var relay = Boxcar.start(directory, "relay", "--config=relay.conf")) {
                String line = relay.line();
                assertThat(sent(relay, line, downstream)).doesNotContain("DKIM-Signature");

                configure(downstream, '"' + option("one") + '"');
                hangUp(relay, "configuration read again");
                assertThat(sent(relay, line, downstream)).contains("s=one;");
                await().atMost(LIMIT)
                        .until(() -> Files.readString(relay.errFile()).contains("tls=none dkim=signed dsn=2."));

                configure(downstream, '"' + option("two") + "\", \"" + option("missing") + '"');
                hangUp(
                        relay,
                        "configuration not changed: relay.conf:6: dkim-keys: " + file("missing") + ": no such file");
                assertThat(sent(relay, line, downstream)).contains("s=one;").doesNotContain("s=two;");
            }
        }
    }

    private static void hangUp(Boxcar.Running relay, String expected) throws Exception {
        new ProcessBuilder("kill", "-HUP", Long.toString(relay.process().pid()))
                .start()
                .waitFor();
        await().atMost(LIMIT).until(() -> Files.readString(relay.errFile()).contains(expected));
    }
}
