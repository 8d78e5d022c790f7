// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An error in the command line or the environment is reported in one line on standard error, with status 2. */
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
                "--smtp localhost           | --smtp: invalid address 'localhost': expected HOST:PORT",
                "--smtp :1025               | --smtp: invalid address ':1025': the host is missing (examples: localhost, 0.0.0.0, [::])",
                "--smtp ::1:1025            | --smtp: invalid address '::1:1025': expected HOST:PORT, with an IPv6 address in brackets",
                "--smtp localhost:65536     | --smtp: invalid address 'localhost:65536': the port must be 0 to 65535",
                "--smtp localhost:smtp      | --smtp: invalid address 'localhost:smtp': the port must be 0 to 65535",
                "--smtp a:1 --smtp b:2      | --smtp: given more than once",
                "--sync sometimes           | --sync: *",
                "--max-message-size 50x     | --max-message-size: invalid size '50x' (examples: 1000, 10kB, 50MiB, 1.5G)",
                "--max-message-size 0       | --max-message-size: invalid size '0': must be at least 1 byte",
                "--max-recipients 1.5       | --max-recipients: invalid number '1.5': must be a whole number of at least 1",
                "--loops 0                  | --loops: invalid number '0': must be a whole number of at least 1",
                "--hostname my_host         | --hostname: invalid host name 'my_host': not a domain (RFC 5321 section 4.1.2)",
                "--http 8025                | --http: invalid address '8025': expected HOST:PORT, or off",
                "ingest                     | *",
                "ingest --mbox mmdf a       | --mbox: invalid value 'mmdf': use mboxrd or mboxo",
                "ingest --smtp localhost a  | --smtp: invalid address 'localhost': expected HOST:PORT",
                "readyz --wait soon         | --wait: *",
                "readyz --http off          | --http: *",
                "--spamd localhost          | --spamd: invalid address 'localhost': expected HOST:PORT",
                "--release-all              | --release-all: needs --release-to",
                "--release-matching @a      | --release-matching: needs --release-to",
                "--forward-to a@b.example   | --forward-to: needs --forward-server",
                "--forward-server h:25      | --forward-server: needs --forward-to",
                "--forward-to nobody        | --forward-to: invalid mailbox 'nobody' (example: a@b.example)",
                "--forward-tls maybe        | --forward-tls: invalid value 'maybe': use off, starttls or implicit",
                "--tag order                | --tag: invalid filter 'order' (examples: orders=subject:order, \"big mail=larger:1M\")",
                "--tag a!b=x                | --tag: invalid tag 'a!b'",
                "--tag a=after:never        | --tag: *",
                "--tags-config no/such      | --tags-config: no/such: no such file",
                "--tags-config pom.xml      | --tags-config: pom.xml:1: expected 'match: QUERY' or 'tags: TAG, ...'",
                "--lenient-paths=maybe      | --lenient-paths: invalid value 'maybe': use true or false",
                "--tls maybe                | --tls: invalid value 'maybe': use off, self-signed or files",
                "--tls files                | --tls: files needs --tls-cert and --tls-key",
                "--tls-cert a               | --tls-cert: needs --tls-key",
                "--tls-key a                | --tls-key: needs --tls-cert",
                "--tls off --tls-cert a --tls-key b | --tls-cert: needs --tls files or --tls self-signed",
                "--tls self-signed --tls-cert a --tls-key b | --tls: self-signed cannot be combined with --tls-cert",
                "--smtps localhost:0        | --smtps: needs --tls files or --tls self-signed",
                "--pop3s localhost:0        | --pop3s: needs --tls files or --tls self-signed",
                "--pop3 localhost           | --pop3: invalid address 'localhost': expected HOST:PORT",
                "--tls-required             | --tls-required: needs --tls files or --tls self-signed",
                "--tls-cert no/a.pem --tls-key no/b.pem | --tls-cert: no/a.pem: no such file",
                "--tls-cert pom.xml --tls-key pom.xml | --tls-cert: pom.xml: contains no certificate",
                "--http-tls-cert no/a.pem --http-tls-key no/b.pem | --http-tls-cert: no/a.pem: no such file",
                "--auth-file no/such        | --auth-file: no/such: no such file",
                "--auth-file src            | --auth-file: src: is a directory",
                "--ui-auth-file no/such     | --ui-auth-file: no/such: no such file",
                "--ui-auth-file src         | --ui-auth-file: src: is a directory",
                "--ui-auth ada              | --ui-auth: account 1 is not NAME:PASSWORD",
                "--log-level loud           | --log-level: invalid value 'loud': use one of error, warn, info, debug",
                "--log-format xml           | --log-format: invalid value 'xml': use one of text, json",
                "--config no/such.conf      | --config: no/such.conf: no such file",
                "--config src               | --config: src: not a readable file",
                "lab --script no/such.conf  | --script: no/such.conf: no such file",
                "lab --script src           | --script: src: not a readable file",
                "lab --rtt soon             | --rtt: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)",
                "lab --rtt 2m               | --rtt: invalid duration '2m': must be at most 1m",
                "lab --hold on              | --hold: invalid duration 'on' (examples: 500ms, 30s, 1.5h, 7d)",
                "lab --seed seven           | --seed: invalid number 'seven': must be a whole number",
                "lab recrod                 | recrod: unknown command; did you mean record?",
                "lab suite                  | COMMAND: missing argument; example: boxcar lab suite -- ./client {host} {port}",
                "lab suite --only plian -- x | --only: unknown case 'plian': use plain, slow-banner, slow-mail, slow-354, *",
                "lab suite --timeout x -- x | --timeout: invalid duration 'x' (examples: 500ms, 30s, 1.5h, 7d)",
                "lab suite --hold 2m -- x   | --hold: must be at most 1m",
                "lab suite --smtp here -- x | --smtp: invalid address 'here': expected HOST:PORT",
                "lab suite --junit-xml      | --junit-xml: needs FILE",
                "lab record                 | ID: missing argument",
                "lab record --url nowhere x | --url: invalid URL 'nowhere' (example: http://localhost:8025/)",
                "lab replay                 | FILE: missing argument*",
                "lab replay pom.xml here    | HOST:PORT: invalid address 'here': expected HOST:PORT",
                "lab replay --timeout x a b:1 | --timeout: invalid duration 'x' (examples: 500ms, 30s, 1.5h, 7d)",
                "lab replay pom.xml localhost:1 | pom.xml:1: unknown directive <?xml",
                "--record-input 1GiB        | --record-input: invalid size '1GiB': must be at most 8MiB",
                "lab --tls maybe            | --tls: invalid value 'maybe': use off, self-signed or files",
                "fetch                      | URL: missing argument",
                "fetch https://localhost/   | URL: 'https://localhost/': only http is supported, not https",
                "fetch --timeout soon a     | --timeout: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)",
                "proxy localhost            | PORT: missing argument",
                "proxy localhost smtp       | PORT: invalid port 'smtp': must be 1 to 65535",
                "proxy local/host 25        | HOST: invalid host 'local/host': expected a host name or an IP address",
                "proxy localhost 57536      | PORT: 57536 + 8000 is more than 65535: use --listen HOST:PORT",
            })
    void isReportedInOneLineThatNamesIt(String arguments, String error) {
        check(Boxcar.run(Map.of(), arguments.split(" ")), error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "BOXCAR_SMTP             | 1025          | 'BOXCAR_SMTP: invalid address '1025': expected HOST:PORT'",
                "BOXCAR_MAX_MESSAGE_SIZE | much          | 'BOXCAR_MAX_MESSAGE_SIZE: invalid size 'much' (examples: 1000, 10kB, 50MiB, 1.5G)'",
                "BOXCAR_CONFIG           | no/such.conf  | 'BOXCAR_CONFIG: no/such.conf: no such file'",
                "MP_SMTP_BIND_ADDR       | 1025          | 'MP_SMTP_BIND_ADDR: invalid address '1025': expected HOST:PORT'",
                "MP_MAX_MESSAGE_SIZE     | -5            | 'MP_MAX_MESSAGE_SIZE: invalid size '-5' (examples: 1000, 10kB, 50MiB, 1.5G)'",
                "MP_SMTP_MAX_RECIPIENTS  | many          | 'MP_SMTP_MAX_RECIPIENTS: invalid number 'many': must be a whole number of at least 1'",
            })
    void namesTheVariable(String name, String value, String error) {
        check(Boxcar.run(Map.of(name, value)), error.substring(1, error.length() - 1));
    }

    @Test
    void aLineBreakInAValueDoesNotBreakTheLine() {
        check(Boxcar.run(Map.of(), "--smtp", "a\nb"), "--smtp: invalid address 'a b': expected HOST:PORT");
    }

    private static void check(Boxcar.Outcome run, String error) {
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        if (error.endsWith("*")) {
            assertThat(run.err()).startsWith("boxcar: " + error.substring(0, error.length() - 1));
        } else {
            assertThat(run.err()).isEqualTo("boxcar: " + error + System.lineSeparator());
        }
    }
}
