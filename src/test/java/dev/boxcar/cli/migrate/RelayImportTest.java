// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.Boxcar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RelayImportTest {
    @TempDir
    Path directory;

    @Test
    void aNullClientBecomesASmarthost() throws Exception {
        main("""
                # a null client
                myhostname = host.x.example
                mydomain = x.example
                myorigin = $mydomain
                inet_interfaces = loopback-only
                mydestination =
                relayhost = [smtp.provider.example]:submission
                smtp_tls_security_level = encrypt
                """);

        assertThat(imported())
                .contains("hostname = \"host.x.example\"")
                .contains("origin = \"x.example\"")
                .contains("smtp = \"localhost:25\"")
                .contains("smarthosts.main = { hosts = [ { host = \"smtp.provider.example:587\" } ], tls = required }")
                .contains("  { via = \"main\" }");
    }

    @Test
    void continuationLinesCommentsAndReferencesAreRead() throws Exception {
        main("""
                lan = 10.0.0.0/8
                base = ${directory?/etc}/${nothing:fallback}
                mynetworks = 127.0.0.0/8
                # in between
                  [::1]/128, $lan
                \t!10.9.9.9
                relay_domains = $(lan_domain) b.example
                lan_domain = a.example
                lan_domain = c.example
                """);

        assertThat(imported())
                .contains("networks = [\"127.0.0.0/8\", \"::1/128\", \"10.0.0.0/8\", \"local\"]")
                .contains("relay-domains = [\"c.example\", \"b.example\"]")
                .contains("# mynetworks: !10.9.9.9 is not an address or network")
                .contains("# base = ${directory?/etc}/${nothing:fallback}");
    }

    /** As in Debian's default configuration of a satellite. */
    @Test
    void networksOfIpv4InIpv6BecomeNetworksOfIpv4() throws Exception {
        main("mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 [::ffff:192.0.2.7]\n");

        assertThat(imported()).contains("networks = [\"127.0.0.0/8\", \"::1/128\", \"192.0.2.7\", \"local\"]");
    }

    @Test
    void severalRelayHostsAreTriedInTheirOrder() throws Exception {
        main("relayhost = [a.x.example]:587,\n  [b.x.example]\n");

        assertThat(imported())
                .contains("hosts = [ { host = \"a.x.example:587\", preference = 1 },"
                        + " { host = \"b.x.example:25\", preference = 2 } ]");
    }

    @Test
    void passwordsThatCannotBeReadAreNamed() throws Exception {
        main("relayhost = [a.x.example]\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/nowhere/p\n");

        assertThat(imported())
                .contains("# smtp_sasl_password_maps: cannot read the text of hash:/nowhere/p;"
                        + " give each smarthost its auth-file");
    }

    @Test
    void timesHaveTheUnitThatPostfixGivesThem() throws Exception {
        main("""
                maximal_queue_lifetime = 3
                bounce_queue_lifetime = 1w
                minimal_backoff_time = 300
                maximal_backoff_time = 2h
                delay_warning_time = 4
                message_size_limit = 20480000
                """);

        assertThat(imported())
                .contains("lifetime = 3d\n")
                .contains("bounce-lifetime = 7d\n")
                .contains("retry-min = 300s\n")
                .contains("retry-max = 2h\n")
                .contains("warn-after = 4h\n")
                .contains("max-message-size = 20480000\n");
    }

    @Test
    void whatIsNotCarriedOverIsNamed() throws Exception {
        main("header_checks = regexp:/etc/postfix/h\nmydestination = localhost\nsmtp_tls_security_level = dane\n");

        assertThat(imported())
                .contains("# Not carried over:\n# header_checks = regexp:/etc/postfix/h\n")
                .contains("# mydestination: the relay delivers nothing locally")
                .contains("# smtp_tls_security_level: dane became required");
    }

    @Test
    void passwordsGoToFilesOfTheirOwnAndAreNeverPrinted() throws Exception {
        Path passwords = Files.writeString(directory.resolve("sasl"), "[smtp.provider.example]:587 ann:s3cret-word\n");
        main("relayhost = [smtp.provider.example]:587\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:"
                + passwords + "\nsmtp_tls_security_level = secure\n");

        assertThat(imported()).doesNotContain("s3cret-word").contains("# smtp_sasl_password_maps: there is a password");

        String printed = imported("--auth-directory", directory.toString());
        Path written = directory.resolve("smtp.provider.example_587.auth");
        assertThat(printed).doesNotContain("s3cret-word").contains("tls = verified, auth-file = \"" + written + "\"");
        assertThat(written).hasContent("ann:s3cret-word\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written)))
                .isEqualTo("rw-------");
    }

    @Test
    void aRelayStartsWithTheResult() throws Exception {
        Path transport = Files.writeString(
                directory.resolve("transport"),
                "lan.example   lmtp:unix:/run/lmtp\n.sub.example smtp:[10.1.1.1]:2525\nold.example error:no such place\n"
                        + "drop.example discard:\nlocal.example virtual:\nd.example smtp:\n");
        Path aliases = Files.writeString(directory.resolve("aliases"), "root: admin@lan.example\n");
        Path senders = Files.writeString(directory.resolve("senders"), "@x.example [smtp.x.example]:465\n");
        Path passwords = Files.writeString(directory.resolve("sasl"), "[smtp.x.example]:465 x:y\n");
        main("""
                myhostname = host.x.example
                inet_interfaces = loopback-only
                mynetworks = 127.0.0.0/8 [::1]/128
                relayhost = smtp.provider.example
                alias_maps = hash:%s
                transport_maps = hash:%s
                sender_dependent_relayhost_maps = texthash:%s
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = hash:%s
                smtp_tls_security_level = may
                smtpd_recipient_limit = 500
                maximal_queue_lifetime = 2d
                message_size_limit = 1000000
                """.formatted(aliases, transport, senders, passwords));
        String printed = imported("--auth-directory", directory.toString());
        Path file = Files.writeString(directory.resolve("relay.conf"), printed);

        assertThat(printed).contains("# transport_maps: local.example virtual:: the relay has no transport virtual");
        try (var relay = Boxcar.start(
                directory, "relay", "--config", file.toString(), "--smtp", "127.0.0.1:0", "--spool", "queue")) {
            assertThat(relay.line()).startsWith("[smtp] listening on ");
        }
        assertThat(route(file, "b@lan.example")).contains("host         /run/lmtp");
        assertThat(route(file, "root@host.x.example"))
                .contains("becomes      admin@lan.example")
                .contains("host         /run/lmtp");
        assertThat(route(file, "b@one.sub.example")).contains("host         10.1.1.1:2525");
        assertThat(route(file, "b@old.example")).contains("5.4.4 no such place");
        assertThat(route(file, "b@drop.example")).contains("discarded");
        assertThat(route(file, "b@else.example", "--from", "a@x.example"))
                .contains("host         smtp.x.example:465")
                .contains("credentials  user x");
        assertThat(route(file, "b@else.example"))
                .contains("host         smtp.provider.example:25")
                .contains("TLS          opportunistic")
                .contains("credentials  none");
    }

    @Test
    void aDirectoryWithoutMainCfIsOneLine() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "import", "postfix", directory.toString());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("main.cf: cannot be read").hasLineCount(1);
    }

    private void main(String content) throws Exception {
        Files.writeString(directory.resolve("main.cf"), content);
    }

    private String imported(String... more) {
        var arguments = new ArrayList<>(List.of("relay", "import"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("postfix", directory.toString()));
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), arguments.toArray(String[]::new));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out();
    }

    private static String route(Path file, String... more) {
        var arguments = new ArrayList<>(List.of("relay", "route", "--config", file.toString()));
        arguments.addAll(List.of(more));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new)).out();
    }
}
