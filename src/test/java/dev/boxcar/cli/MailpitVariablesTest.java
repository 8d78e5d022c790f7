// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.MailpitVariables;
import dev.boxcar.cli.source.UnsupportedVariables;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The settings of a Mailpit container keep working. */
class MailpitVariablesTest {
    @ParameterizedTest
    @CsvSource({
        "--smtp, MP_SMTP_BIND_ADDR, [::]:1025, [::]:1025",
        "--http, MP_UI_BIND_ADDR, 0.0.0.0:8025, 0.0.0.0:8025",
        "--spool, MP_DATABASE, /data/mailpit.db, /data/mailpit.spool",
        "--spool, MP_DATABASE, /data/mail, /data/mail.spool",
        "--max-messages, MP_MAX_MESSAGES, 500, 500",
        "--max-age, MP_MAX_AGE, 3d, 3d",
        "--max-message-size, MP_MAX_MESSAGE_SIZE, 50, 50MiB",
        "--max-recipients, MP_SMTP_MAX_RECIPIENTS, 100, 100",
        "--web-root, MP_WEBROOT, /q/mailpit, /q/mailpit",
        "--api-cors, MP_API_CORS, *, *",
        "--ui-auth, MP_UI_AUTH, u:p u2:p2, u:p u2:p2",
        "--label, MP_LABEL, Staging, Staging",
        "--enable-chaos, MP_ENABLE_CHAOS, YES, true",
        "--enable-chaos, MP_ENABLE_CHAOS, 0, false",
        "--chaos-triggers, MP_CHAOS_TRIGGERS, Sender:451:5, Sender:451:5",
        "--webhook-url, MP_WEBHOOK_URL, http://h.example/, http://h.example/",
        "--log-level, MP_VERBOSE, true, debug",
        "--log-level, MP_QUIET, 1, error",
        "--release-to, MP_SMTP_RELAY_HOST, mx.example, mx.example:25",
        "--release-tls, MP_SMTP_RELAY_STARTTLS, true, starttls",
        "--release-tls-insecure, MP_SMTP_RELAY_ALLOW_INSECURE, 1, true",
        "--tls-required, MP_SMTP_REQUIRE_STARTTLS, true, true",
        "--smtps, MP_SMTP_REQUIRE_TLS, yes, localhost:1025",
        "--smtp, MP_SMTP_REQUIRE_TLS, yes, off",
        "--allow-recipients, MP_SMTP_ALLOWED_RECIPIENTS, @a$, @a$",
        "--http-tls-cert, MP_UI_TLS_CERT, /c, /c",
        "--http-tls-key, MP_UI_TLS_KEY, /k, /k",
        "--spamd, MP_ENABLE_SPAMASSASSIN, localhost:783, localhost:783",
        "--link-check-internal, MP_ALLOW_INTERNAL_HTTP_REQUESTS, true, true",
        "--release-all, MP_SMTP_RELAY_ALL, true, true",
        "--release-matching, MP_SMTP_RELAY_MATCHING, @x, @x",
        "--forward-to, MP_SMTP_FORWARD_TO, a@b.example, a@b.example",
        "--forward-server, MP_SMTP_FORWARD_HOST, mx.example, mx.example:25",
        "--forward-tls, MP_SMTP_FORWARD_STARTTLS, 1, starttls",
        "--tag, MP_TAG, t=x, t=x",
        "--tags-config, MP_TAGS_CONFIG, /t.yml, /t.yml",
        "--release-block, MP_SMTP_RELAY_BLOCKED_RECIPIENTS, @x, @x"
    })
    void setsOurOption(String option, String name, String value, String converted) {
        ConfigFile.Entry entry = MailpitVariables.entry(option, Map.of(name, value));
        assertThat(entry).isEqualTo(new ConfigFile.Entry(converted, name));
        assertThat(new CommandLine(new SinkCommand(Map.of())).getCommandSpec().findOption(option))
                .isNotNull();
    }

    @Test
    void joinsTwoVariablesThatAreOneOptionHere() {
        var relay = Map.of(
                "MP_SMTP_RELAY_HOST", "2001:db8::1",
                "MP_SMTP_RELAY_PORT", "587",
                "MP_SMTP_RELAY_USERNAME", "u",
                "MP_SMTP_RELAY_PASSWORD", "p:q");
        assertThat(String.valueOf(MailpitVariables.entry("--release-to", relay)))
                .contains("[2001:db8::1]:587");
        assertThat(String.valueOf(MailpitVariables.entry("--release-auth", relay)))
                .contains("u:p:q");
        var noLogin = Map.of("MP_SMTP_RELAY_USERNAME", "u", "MP_SMTP_RELAY_AUTH", "none");
        assertThat(MailpitVariables.entry("--release-auth", noLogin)).isNull();
        var implicitTls = Map.of("MP_SMTP_REQUIRE_TLS", "true", "MP_SMTP_BIND_ADDR", "[::]:2525");
        assertThat(String.valueOf(MailpitVariables.entry("--smtps", implicitTls)))
                .contains("[::]:2525");
        assertThat(MailpitVariables.entry("--smtps", Map.of("MP_SMTP_REQUIRE_TLS", "false")))
                .isNull();
    }

    @Test
    void treatsAVariableThatAsksForNothingAsNotSet() {
        assertThat(MailpitVariables.entry("--log-level", Map.of("MP_VERBOSE", "false")))
                .isNull();
        assertThat(MailpitVariables.entry("--spool", Map.of("MP_DATABASE", "http://rqlite.example")))
                .isNull();
        assertThat(MailpitVariables.entry("--http", Map.of("MP_UI_BIND_ADDR", "")))
                .isNull();
        assertThat(MailpitVariables.entry("--sync", Map.of("MP_SYNC", "group"))).isNull();
    }

    @Test
    void warnsAboutUnsupportedVariablesThatAreSet() {
        assertThat(UnsupportedVariables.warnings(Map.of(
                        "MP_TAGS_DISABLE", "plus-addresses",
                        "MP_POP3_AUTH_FILE", "/users",
                        "MP_ENABLE_PROMETHEUS", "0.0.0.0:9090",
                        "MP_WEBHOOK_LIMIT", "1",
                        "MP_SMTP_FORWARD_CONFIG", "/forward.yml",
                        "MP_SEND_API_AUTH_ACCEPT_ANY", "1")))
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly(
                        "MP_ENABLE_PROMETHEUS",
                        "MP_POP3_AUTH_FILE",
                        "MP_SEND_API_AUTH_ACCEPT_ANY",
                        "MP_SMTP_FORWARD_CONFIG",
                        "MP_TAGS_DISABLE",
                        "MP_WEBHOOK_LIMIT");
        assertThat(UnsupportedVariables.warnings(Map.of(
                        "MP_ENABLE_PROMETHEUS", "true",
                        "MP_SMTP_RELAY_ALL", "false",
                        "MP_SMTP_DISABLE_RDNS", "true",
                        "MP_LOG_FILE", "",
                        "PATH", "/bin")))
                .isEmpty();
        assertThat(UnsupportedVariables.warnings(Map.of(
                        "MP_NO_SUCH_THING", "1",
                        "MP_HIDE_DELETE_ALL_BUTTON", "true",
                        "MP_ENABLE_SPAMASSASSIN", "postmark",
                        "MP_DISABLE_VERSION_CHECK", "true",
                        "MP_MAX_MESSAGES", "5",
                        "MP_DATABASE", "https://rqlite.example",
                        "MP_SMTP_RELAY_AUTH", "cram-md5")))
                .containsExactly(
                        "MP_DATABASE: remote databases are not supported, see --spool",
                        "MP_ENABLE_SPAMASSASSIN: only the address of a spamd is supported, see --spamd",
                        "MP_HIDE_DELETE_ALL_BUTTON is not supported",
                        "MP_NO_SUCH_THING is not supported",
                        "MP_SMTP_RELAY_AUTH: CRAM-MD5 is not supported for released messages, see --release-auth");
        List<String> supported = MailpitVariables.namesByOption().values().stream()
                .flatMap(List::stream)
                .toList();
        assertThat(UnsupportedVariables.reasons()).doesNotContainKeys(supported.toArray(String[]::new));
    }
}
