// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is wrong with a command line or the environment is one line on standard error that names it, and status 2.
 */
class BadArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--smpt localhost:0         | --smpt: unknown option; did you mean --smtp?",
                "--smpt=localhost:0         | --smpt: unknown option; did you mean --smtp?",
                "sink --max-recipient 1     | --max-recipient: unknown option; did you mean --max-recipients?",
                "--utterly-else             | --utterly-else: unknown option",
                "-x                         | -x: unknown option*",
                "sink lab                   | lab: unexpected argument",
                "snik                       | snik: unknown command; did you mean sink?",
                "frobnicate                 | frobnicate: unknown command",
                "spool                      | spool: *",
                "help nobody                | nobody: unknown command",
                "help spool lls             | lls: unknown command; did you mean ls?",
                "--smtp                     | --smtp: needs HOST:PORT",
                "--smtp localhost           | --smtp: 'localhost' is not HOST:PORT",
                "--smtp :1025               | --smtp: ':1025' names no host: localhost, 0.0.0.0 and [::] are some",
                "--smtp ::1:1025            | --smtp: '::1:1025' is not HOST:PORT (an IPv6 address stands in brackets)",
                "--smtp localhost:65536     | --smtp: 'localhost:65536' has no port of 0 to 65535",
                "--smtp localhost:smtp      | --smtp: 'localhost:smtp' has no port of 0 to 65535",
                "--smtp a:1 --smtp b:2      | --smtp: given twice",
                "--sync sometimes           | --sync: *",
                "--max-message-size 50x     | --max-message-size: invalid size '50x' (examples: 1000, 10kB, 50MiB, 1.5G)",
                "--max-message-size 0       | --max-message-size: invalid size '0': must be at least 1 byte",
                "--max-recipients 1.5       | --max-recipients: '1.5' is not a whole number of at least 1",
                "--loops 0                  | --loops: '0' is not a whole number of at least 1",
                "--hostname my_host         | --hostname: 'my_host' is not a domain name (RFC 5321 section 4.1.2)",
                "--http 8025                | --http: '8025' is not HOST:PORT, and not off",
                "--tls maybe                | --tls: 'maybe' is none of off, self-signed, files",
                "--tls files                | --tls: files needs --tls-cert and --tls-key",
                "--tls-cert a               | --tls-cert: needs --tls-key too",
                "--tls-key a                | --tls-key: needs --tls-cert too",
                "--tls off --tls-cert a --tls-key b | --tls-cert: needs TLS; say --tls files or --tls self-signed",
                "--tls self-signed --tls-cert a --tls-key b | --tls: self-signed does not go with --tls-cert",
                "--smtps localhost:0        | --smtps: needs TLS; say --tls files or --tls self-signed",
                "--tls-required             | --tls-required: needs TLS; say --tls files or --tls self-signed",
                "--tls-cert no/a.pem --tls-key no/b.pem | no/a.pem: no such file",
                "--tls-cert pom.xml --tls-key pom.xml | pom.xml: no certificate in it",
                "--http-tls-cert no/a.pem --http-tls-key no/b.pem | no/a.pem: no such file",
                "--log-level loud           | --log-level: 'loud' is none of error, warn, info, debug",
                "--log-format xml           | --log-format: 'xml' is none of text, json",
                "--config no/such.conf      | --config: no/such.conf: no such file",
                "--config src               | --config: src: not a readable file",
                "fetch                      | URL: is missing",
                "fetch https://localhost/   | URL: 'https://localhost/': only http is spoken here, not https",
                "fetch --timeout soon a     | --timeout: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)",
                "proxy localhost            | PORT: is missing",
                "proxy localhost smtp       | PORT: 'smtp' is not a port of 1 to 65535",
                "proxy local/host 25        | HOST: 'local/host' is not a host's name or address",
                "proxy localhost 57536      | PORT: 57536 + 8000 is over 65535: say where to listen with --listen HOST:PORT",
            })
    void isOneLineThatNamesIt(String arguments, String complaint) {
        check(Boxcar.run(Map.of(), arguments.split(" ")), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "BOXCAR_SMTP             | 1025          | 'BOXCAR_SMTP: '1025' is not HOST:PORT'",
                "BOXCAR_MAX_MESSAGE_SIZE | much          | 'BOXCAR_MAX_MESSAGE_SIZE: invalid size 'much' (examples: 1000, 10kB, 50MiB, 1.5G)'",
                "BOXCAR_CONFIG           | no/such.conf  | 'BOXCAR_CONFIG: no/such.conf: no such file'",
                "MP_SMTP_BIND_ADDR       | 1025          | 'MP_SMTP_BIND_ADDR: '1025' is not HOST:PORT'",
                "MP_MAX_MESSAGE_SIZE     | -5            | 'MP_MAX_MESSAGE_SIZE: invalid size '-5' (examples: 1000, 10kB, 50MiB, 1.5G)'",
                "MP_SMTP_MAX_RECIPIENTS  | many          | 'MP_SMTP_MAX_RECIPIENTS: 'many' is not a whole number of at least 1'",
            })
    void namesTheVariable(String name, String value, String complaint) {
        check(Boxcar.run(Map.of(name, value)), complaint.substring(1, complaint.length() - 1));
    }

    @Test
    void doesNotLetAValueBreakTheLine() {
        check(Boxcar.run(Map.of(), "--smtp", "a\nb"), "--smtp: 'a b' is not HOST:PORT");
    }

    private static void check(Boxcar.Outcome run, String complaint) {
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        if (complaint.endsWith("*")) {
            assertThat(run.err()).startsWith("boxcar: " + complaint.substring(0, complaint.length() - 1));
        } else {
            assertThat(run.err()).isEqualTo("boxcar: " + complaint + System.lineSeparator());
        }
    }
}
