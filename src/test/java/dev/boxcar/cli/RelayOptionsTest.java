// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.relay.RelayCommand;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The names and defaults of the relay's options, which scripts rely on, and what it says about wrong ones. */
class RelayOptionsTest {
    private static final Map<String, String> RELAY = new TreeMap<>(Map.ofEntries(
            Map.entry("--smtp", "localhost:2525"),
            Map.entry("--listen", ""),
            Map.entry("--spool", "mailspool"),
            Map.entry("--sync", "group"),
            Map.entry("--queue", "local"),
            Map.entry("--role", "both"),
            Map.entry("--queue-auth-file", ""),
            Map.entry("--queue-tls", ""),
            Map.entry("--queue-tls-ca", ""),
            Map.entry("--queue-timeout", "10s"),
            Map.entry("--queue-fallback", "none"),
            Map.entry("--plugin-path", ""),
            Map.entry("--smarthost", ""),
            Map.entry("--smarthost-tls", "verified"),
            Map.entry("--smarthost-tls-ca", ""),
            Map.entry("--smarthost-auth-file", ""),
            Map.entry("--smarthost-user", ""),
            Map.entry("--smarthost-token-file", ""),
            Map.entry("--smarthost-token-command", ""),
            Map.entry("--smarthost-oauth-file", ""),
            Map.entry("--networks", "127.0.0.0/8,::1,local"),
            Map.entry("--relay-domains", ""),
            Map.entry("--auth-file", ""),
            Map.entry("--auth-accept-any", "false"),
            Map.entry("--auth-allow-insecure", "false"),
            Map.entry("--auth-required", "false"),
            Map.entry("--tls", ""),
            Map.entry("--tls-cert", ""),
            Map.entry("--tls-key", ""),
            Map.entry("--tls-required", ""),
            Map.entry("--smtps", ""),
            Map.entry("--mx-port", "25"),
            Map.entry("--dns", ""),
            Map.entry("--mta-sts", "true"),
            Map.entry("--mta-sts-port", "443"),
            Map.entry("--mta-sts-ca", ""),
            Map.entry("--dnssec", "off"),
            Map.entry("--dnssec-anchors", ""),
            Map.entry("--origin", ""),
            Map.entry("--aliases", ""),
            Map.entry("--always-from", ""),
            Map.entry("--sender-map", ""),
            Map.entry("--masquerade", ""),
            Map.entry("--recipient-map", ""),
            Map.entry("--remove-headers", ""),
            Map.entry("--dkim-keys", ""),
            Map.entry("--dkim-domain", ""),
            Map.entry("--dkim-canonicalization", "relaxed/relaxed"),
            Map.entry("--dkim-failure", "defer"),
            Map.entry("--tls-report", ""),
            Map.entry("--destination-connections", "20"),
            Map.entry("--messages-per-connection", "100"),
            Map.entry("--messages-per-minute", "0"),
            Map.entry("--source-address", ""),
            Map.entry("--delivery-timeout", ""),
            Map.entry("--retry-first", "1m"),
            Map.entry("--retry-min", "5m"),
            Map.entry("--retry-max", "4000s"),
            Map.entry("--warn-after", "4h"),
            Map.entry("--lifetime", "5d"),
            Map.entry("--bounce-lifetime", "1d"),
            Map.entry("--max-message-size", "50MiB"),
            Map.entry("--max-recipients", "1000"),
            Map.entry("--lenient-paths", "false"),
            Map.entry("--max-errors", "20"),
            Map.entry("--max-connections", "1000"),
            Map.entry("--max-connections-per-address", "50"),
            Map.entry("--idle-timeout", "5m"),
            Map.entry("--data-timeout", "10m"),
            Map.entry("--queue-max", "1000000"),
            Map.entry("--http", "off"),
            Map.entry("--http-tls-cert", ""),
            Map.entry("--http-tls-key", ""),
            Map.entry("--web-root", "/"),
            Map.entry("--web-host", ""),
            Map.entry("--api-cors", ""),
            Map.entry("--ui-auth", ""),
            Map.entry("--ui-auth-file", ""),
            Map.entry("--label", ""),
            Map.entry("--record", "true"),
            Map.entry("--delivery-loops", "1"),
            Map.entry("--hostname", ""),
            Map.entry("--config", ""),
            Map.entry("--log-level", "info"),
            Map.entry("--log-format", "text"),
            Map.entry("--help", "")));

    private static List<OptionSpec> options() {
        return new CommandLine(new RelayCommand(Map.of())).getCommandSpec().options();
    }

    @Test
    void theRelayHasTheseOptionsAndDefaults() {
        var found = new TreeMap<String, String>();
        for (OptionSpec option : options()) {
            found.put(option.longestName(), option.defaultValue() == null ? "" : option.defaultValue());
        }
        assertThat(found).isEqualTo(RELAY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nosuch-option x                          | --nosuch-option: unknown option",
                "--smarthost=                               | --smarthost: invalid address '': the host is missing (examples: localhost, 0.0.0.0, [::])",
                "--smarthost                                | --smarthost: needs HOST[:PORT]",
                "--smarthost 127.0.0.1:1 --smarthost-tls maybe | --smarthost-tls: invalid level 'maybe': use none, opportunistic, required or verified",
                "--smarthost 127.0.0.1:1 --smarthost-auth-file no-such-file | --smarthost-auth-file: no-such-file: no such file",
                "--smarthost-auth-file no-such-file         | --smarthost-auth-file: needs --smarthost",
                "--http 0.0.0.0:0                           | --http: other machines can reach 0.0.0.0:0, so the page needs accounts: use --ui-auth-file, or listen on localhost",
                "--http [::]:0                              | --http: other machines can reach [::]:0, so the page needs accounts: use --ui-auth-file, or listen on localhost",
                "--smarthost-tls-ca no-such-file            | --smarthost-tls-ca: no-such-file: cannot be read as PEM",
                "--smarthost-token-command x                | --smarthost-token-command: needs --smarthost",
                "--smarthost h --smarthost-token-command x  | --smarthost-token-command: needs user, the name to log in with",
                "--smarthost h --smarthost-user ann         | --smarthost-user: needs either token-file or token-command",
                "--smarthost h --smarthost-user a --smarthost-token-file no | --smarthost-token-file: no: no such file",
                "--smarthost h --smarthost-user a --smarthost-token-command x --smarthost-tls none | --smarthost-token-command: secrets are never sent in clear; use another level of TLS",
                "--smarthost h --smarthost-user a --smarthost-auth-file f | --smarthost-auth-file: cannot be combined with a token",
                "--smarthost-oauth-file f                   | --smarthost-oauth-file: needs --smarthost",
                "--smarthost h --smarthost-oauth-file no    | --smarthost-oauth-file: no: no such file",
                "--smarthost h --smarthost-oauth-file f --smarthost-user a | --smarthost-oauth-file: cannot be combined with user, token-file or token-command",
                "--smarthost h --smarthost-oauth-file f --smarthost-auth-file f | --smarthost-auth-file: cannot be combined with a token",
                "--smarthost h --smarthost-oauth-file f --smarthost-tls none | --smarthost-oauth-file: secrets are never sent in clear; use another level of TLS",
                "--origin no.domain!                        | --origin: invalid host name 'no.domain!': not a domain (RFC 5321 section 4.1.2)",
                "--aliases no-such-file                     | --aliases: no-such-file: no such file",
                "--always-from ann                          | --always-from: invalid address 'ann': expected one such as a@example.org",
                "--sender-map a@b=c                         | --sender-map: invalid rule 'a@b=c': expected PATTERN=ADDRESS, such as *@lan.example=*@example.org or root@*=admin@example.org",
                "--recipient-map a=b@c_d                    | --recipient-map: invalid address 'b@c_d' in the rule 'a=b@c_d'",
                "--masquerade .org                          | --masquerade: invalid domain '.org': expected names such as example.org, separated by commas",
                "--remove-headers Date                      | --remove-headers: 'Date' cannot be removed: every message needs one",
                "--remove-headers a:b                       | --remove-headers: invalid name of a header field 'a:b'",
                "--dkim-keys example.org=f                  | --dkim-keys: invalid name of a key 'example.org': expected SELECTOR._domainkey.DOMAIN",
                "--dkim-keys x                              | --dkim-keys: invalid key 'x': expected SELECTOR._domainkey.DOMAIN=FILE",
                "--dkim-keys a._domainkey.b.example=no      | --dkim-keys: no: no such file",
                "--dkim-domain example.org                  | --dkim-domain: there is no key of the domain example.org in --dkim-keys",
                "--dkim-canonicalization strict             | --dkim-canonicalization: invalid value 'strict': use relaxed/relaxed, relaxed/simple, simple/relaxed or simple/simple",
                "--dkim-failure send                        | --dkim-failure: invalid value 'send': use defer or unsigned",
                "dkim-key example.org --bits 1024           | --bits: must be from 2048 to 4096",
                "dkim-key example.org --algorithm dsa       | --algorithm: invalid algorithm 'dsa': use rsa or ed25519",
                "dkim-key example.org --selector a:b        | --selector: invalid selector 'a:b'",
                "dkim-key .org                              | DOMAIN: invalid domain '.org': expected names such as example.org, separated by commas",
                "--tls-report postmaster                    | --tls-report: invalid address 'postmaster': expected one such as a@example.org",
                "--destination-connections 0                | --destination-connections: invalid number '0': must be a whole number of at least 1",
                "--messages-per-connection x                | --messages-per-connection: invalid number 'x': must be a whole number of at least 1",
                "--messages-per-minute -1                   | --messages-per-minute: invalid number '-1': must be a whole number of at least 0",
                "--source-address ::                        | --source-address: invalid address '::': expected an IP address of this machine, such as 192.0.2.7 or 192.0.2.7=mail.example.org",
                "--networks 300.1.2.3/8                     | --networks: '300.1.2.3/8' is not a network such as 192.0.2.0/24, ::1 or local",
                "--queue kafka                              | --queue: invalid queue 'kafka': use local, or artemis:tcp://HOST:61616,tcp://HOST2:61616",
                "--queue artemis:udp://broker:1             | --queue: invalid address of a broker 'udp://broker:1': expected tcp://HOST:PORT",
                "--queue artemis:tcp://broker:99999 | --queue: invalid address of a broker 'tcp://broker:99999': expected tcp://HOST:PORT",
                "--queue artemis:tcp://broker:1?sslEnabled=true | --queue: invalid address of a broker 'tcp://broker:1?sslEnabled=true': expected tcp://HOST:PORT",
                "--queue artemis:tcp://relay:SECRET@broker:1 | --queue: the address of a broker has no user and password: expected tcp://HOST:PORT, and the log-in in --queue-auth-file",
                "--queue kafka:tcp://broker:1 --plugin-path /no/a.jar | --queue: kafka needs boxcar-kafka.jar, which is not at /no/a.jar; name it with --plugin-path",
                "--role chief                               | --role: invalid role 'chief': use front, worker or both",
                "--role front                               | --role: front needs a shared queue: --queue artemis:tcp://HOST:61616",
                "--queue artemis:tcp://broker:1 --queue-fallback disk | --queue-fallback: invalid fallback 'disk': use none or local",
                "--relay-domains no.domain!                 | --relay-domains: invalid domain 'no.domain!': expected names such as example.org, separated by commas",
                "--retry-min 1h --retry-max 1m              | --retry-min: must not be longer than --retry-max",
                "--delivery-timeout soon                    | --delivery-timeout: invalid duration 'soon' (examples: 500ms, 30s, 1.5h, 7d)",
                "--dns 127.0.0.1:notaport                   | --dns: invalid address '127.0.0.1:notaport': the port must be 0 to 65535",
                "--sync perhaps                             | --sync: invalid sync 'perhaps': use group, none or a duration from 1ms to 1d, such as 200ms or 5s",
                "--config no-such.conf                      | --config: no-such.conf: no such file",
                "--smtp 0.0.0.0:0 --networks 0.0.0.0/0      | --networks: 0.0.0.0/0 would make this an open relay, which anyone can abuse: name your own networks, or listen on localhost only",
                "--smtp [::]:0 --networks ::/0              | --networks: ::/0 would make this an open relay, which anyone can abuse: name your own networks, or listen on localhost only"
            })
    void aWrongOptionIsOneLineThatNamesIt(String arguments, String expected) {
        Boxcar.Outcome result = Boxcar.run(Map.of(), ("relay " + arguments).split(" ", -1));

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("boxcar: " + expected + System.lineSeparator());
    }
}
