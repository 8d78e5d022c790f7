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

    /** Postfix looks the most specific key up first; of our routes, the first that matches counts. */
    @Test
    void entriesOfTablesAreInTheOrderInWhichPostfixLooksThemUp() throws Exception {
        table("transport", """
                *                  smtp:[out.example]:2525
                .corp.example      smtp:[hub.corp.example]
                .a.corp.example    smtp:[hub.a.corp.example]
                Corp.example       relay:[hub.corp.example]
                b.corp.example     :
                vip.example        smtp:[slow.example]
                ann@vip.example    smtp:[vip.example]:26
                """);
        main("relayhost = [main.example]\ntransport_maps = texthash:$config_directory/transport\n");
        Path file = Files.writeString(directory.resolve("relay.conf"), imported());

        assertThat(route(file, "x@any.example")).contains("host         out.example:2525");
        assertThat(route(file, "x@corp.example")).contains("host         hub.corp.example:25");
        assertThat(route(file, "x@y.corp.example")).contains("host         hub.corp.example:25");
        assertThat(route(file, "x@y.a.corp.example")).contains("host         hub.a.corp.example:25");
        assertThat(route(file, "x@b.corp.example")).contains("host         main.example:25");
        assertThat(route(file, "ann@vip.example")).contains("host         vip.example:26");
        assertThat(route(file, "ben@vip.example")).contains("host         slow.example:25");
    }

    @Test
    void sendersHaveTheirRelayHostsAndPasswords() throws Exception {
        table("relayhosts", """
                @shop.example          [shop.example]:587
                plain@shop.example     DUNNO
                boss@shop.example      [boss.example]:465
                <>                     [reports.example]
                """);
        table("passwords", """
                [Main.Example]:587     main:one
                [shop.example]:587     shop:two
                ann@shop.example       ann:three
                carl@c.example         carl:four
                """);
        main("""
                relayhost = [main.example]:587
                sender_dependent_relayhost_maps = hash:${config_directory}/relayhosts
                smtp_sender_dependent_authentication = yes
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = proxy:hash:$config_directory/passwords
                """);
        Path file =
                Files.writeString(directory.resolve("relay.conf"), imported("--auth-directory", directory.toString()));

        assertThat(route(file, "x@y.example", "--from", "z@z.example"))
                .contains("host         main.example:587", "user main");
        assertThat(route(file, "x@y.example", "--from", "any@shop.example"))
                .contains("host         shop.example:587", "user shop");
        assertThat(route(file, "x@y.example", "--from", "plain@shop.example"))
                .contains("host         main.example:587", "user main");
        assertThat(route(file, "x@y.example", "--from", "boss@shop.example"))
                .contains("host         boss.example:465", "credentials  none");
        assertThat(route(file, "x@y.example", "--from", "ann@shop.example"))
                .contains("host         shop.example:587", "user ann");
        assertThat(route(file, "x@y.example", "--from", "carl@c.example"))
                .contains("host         main.example:587", "user carl");
        assertThat(route(file, "x@y.example")).contains("host         reports.example:25");
    }

    @Test
    void passwordsInMainCfItselfGoToFilesAndAreNeverPrinted() throws Exception {
        main("""
                relayhost = [Smtp.Provider.example]:587
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = static:apikey:s3cret-word
                lmtp_sasl_password_maps = inline:{ { [x.example] = ann:s3cret-word } }
                virtual_bind_pw = s3cret-word
                """);

        assertThat(imported())
                .doesNotContain("s3cret-word")
                .contains("there is a password for [Smtp.Provider.example]");
        assertThat(imported("--auth-directory", directory.toString())).doesNotContain("s3cret-word");
        assertThat(directory.resolve("Smtp.Provider.example_587.auth")).hasContent("apikey:s3cret-word\n");

        main("""
                relayhost = [smtp.provider.example]:587
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = inline:{ { [smtp.provider.example]:587 = ann:s3cret, word } }, static:
                """);
        imported("--auth-directory", directory.toString());
        assertThat(directory.resolve("smtp.provider.example_587.auth")).hasContent("ann:s3cret, word\n");
    }

    @Test
    void severalRelayHostsHaveOneLogin() throws Exception {
        table("passwords", "[a.example]:587 ann:one\nb.example ann:one\n[c.example] carl:two\n");
        String login = "\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:$config_directory/passwords\n";
        main("relayhost = [a.example]:587, [b.example]:587" + login);
        assertThat(imported("--auth-directory", directory.toString()))
                .contains(
                        "preference = 2 } ], tls = required, auth-file = \"" + directory.resolve("a.example_587.auth"))
                .doesNotContain("one log-in");

        main("relayhost = [a.example]:587, [c.example]" + login);
        assertThat(imported("--auth-directory", directory.toString()))
                .contains(
                        "a smarthost has one log-in for all its hosts; [c.example] needs another one than [a.example]:587");
    }

    @Test
    void levelsOfTlsOfSingleNextHopsAreCarriedOver() throws Exception {
        table("policies", "[one.example]:587 secure match=nexthop\ntwo.example encrypt\nmx.example none\n");
        table("transport", "a.example smtp:[two.example]\nb.example smtp:[three.example]\n");
        main("""
                relayhost = [one.example]:587
                transport_maps = hash:$config_directory/transport
                smtp_tls_security_level = may
                smtp_tls_policy_maps = hash:$config_directory/policies
                """);

        assertThat(imported())
                .contains("smarthosts.main = { hosts = [ { host = \"one.example:587\" } ], tls = verified }")
                .contains("host = \"two.example:25\" } ], tls = required }")
                .contains("host = \"three.example:25\" } ], tls = opportunistic }")
                .contains("# smtp_tls_policy_maps: mx.example none: only smarthosts have a level of TLS");
    }

    @Test
    void aLevelOfTlsThatServersOfMxRecordsCannotHaveIsNoted() throws Exception {
        main("smtp_tls_security_level = encrypt\n");
        assertThat(imported())
                .contains("# smtp_tls_security_level: to the servers of MX records, the relay uses TLS where");

        main("smtp_tls_security_level = dane\n");
        assertThat(imported()).contains("dnssec = \"resolver\"");

        main("smtp_tls_security_level = may\n");
        assertThat(imported()).doesNotContain("# smtp_tls_security_level").doesNotContain("dnssec");
    }

    @Test
    void filesThatListsNameAreRead() throws Exception {
        table("networks", "# the LAN\n10.1.0.0/16, 10.2.0.0/16\n192.168.7.1\n");
        table("domains", "a.example OK\nb.example OK\n");
        table("mailname", "mail.example\n");
        main("""
                mynetworks = 127.0.0.0/8, $config_directory/networks, cidr:/x
                relay_domains = hash:$config_directory/domains c.example
                myorigin = $config_directory/mailname
                masquerade_domains = !keep.x.example x.example
                """);

        assertThat(imported())
                .contains("networks = [\"127.0.0.0/8\", \"10.1.0.0/16\", \"10.2.0.0/16\", \"192.168.7.1\", \"local\"]")
                .contains("# mynetworks: cidr:/x is not an address or network")
                .contains("relay-domains = [\"a.example\", \"b.example\", \"c.example\"]")
                .contains("origin = \"mail.example\"")
                .contains("masquerade = [\"x.example\"]")
                .contains("# masquerade_domains: !keep.x.example is not a domain");
    }

    @Test
    void allInterfacesAreListenedAt() throws Exception {
        main("myhostname = h.x.example\ninet_interfaces = $myhostname, localhost\n");
        assertThat(imported()).contains("smtp = \"h.x.example:25\"").contains("listen = [\"localhost:25\"]");

        main("inet_interfaces = loopback-only, localhost\n");
        assertThat(imported()).contains("smtp = \"localhost:25\"").doesNotContain("listen =");

        main("inet_interfaces = all\ninet_protocols = all\n");
        assertThat(imported()).contains("smtp = \"0.0.0.0:25\"").contains("for IPv6, too, use smtp = [::]:25");

        main("inet_interfaces = all\ninet_protocols = ipv4\n");
        assertThat(imported()).contains("smtp = \"0.0.0.0:25\"").doesNotContain("[::]");
    }

    @Test
    void theMachineLendsItsNameIfThereIsNone() throws Exception {
        main("relayhost = [gateway.$mydomain]\n");

        assertThat(imported(Map.of("HOSTNAME", "web.corp.example")))
                .contains("host = \"gateway.corp.example:25\"")
                .contains("# myhostname: is not set");
        assertThat(imported(Map.of("HOSTNAME", "web"))).contains("host = \"gateway.localdomain:25\"");
    }

    @Test
    void valuesThatTheRelayDoesNotTakeAreNoted() throws Exception {
        main("""
                smtpd_recipient_limit = 0
                smtp_destination_concurrency_limit = 0
                smtpd_client_connection_count_limit = 0
                minimal_backoff_time = 2h
                maximal_queue_lifetime = 2000
                bounce_queue_lifetime = soon
                delay_warning_time = 0h
                message_size_limit = 50 MB
                """);

        String printed = imported();
        assertThat(printed)
                .contains("# smtpd_recipient_limit: 0 has no equivalent")
                .contains("# smtp_destination_concurrency_limit: 0 has no equivalent")
                .contains("max-connections-per-address = 0\n")
                .contains("retry-min = 2h\n")
                .contains("retry-max = 7200s\n")
                .contains("lifetime = 31536000s\n")
                .contains("# maximal_queue_lifetime: 2000 is more than the relay's maximum")
                .contains("# message_size_limit: 50 MB is not a number of bytes")
                .contains("# bounce_queue_lifetime: soon is not a time");
        checked(printed);
    }

    @Test
    void socketsAndPortsOfLmtpAreThoseOfPostfix() throws Exception {
        table("transport", """
                a.example lmtp:unix:private/dovecot-lmtp
                b.example lmtp:[127.0.0.1]:2424
                c.example lmtp:inet:127.0.0.1
                d.example lmtp:[::1]
                """);
        main("transport_maps = hash:$config_directory/transport\n");

        String printed = imported();
        assertThat(printed)
                .contains("via = \"lmtp:/var/spool/postfix/private/dovecot-lmtp\"")
                .contains("via = \"lmtp:127.0.0.1:2424\"")
                .contains("via = \"lmtp:127.0.0.1:24\"")
                .contains("via = \"lmtp:[::1]:24\"");
        checked(printed);
    }

    @Test
    void referencesMayHaveAlternativesInBraces() throws Exception {
        main("""
                lan = 10.0.0.0/8
                mynetworks = ${lan?{$lan}:{192.0.2.1}} ${none?{192.0.2.2}:{192.0.2.3}} ${none:{192.0.2.4}} ${lan?{192.0.2.5}}
                myorigin = a$$b
                loop = $loop
                relay_domains = $loop d.example
                """);

        assertThat(imported())
                .contains("networks = [\"10.0.0.0/8\", \"192.0.2.3\", \"192.0.2.4\", \"192.0.2.5\", \"local\"]")
                .contains("origin = \"a$b\"");
    }

    @Test
    void otherPortsInMasterCfAreMentioned() throws Exception {
        main("relayhost = [a.example]\n");
        assertThat(imported()).doesNotContain("master.cf");

        table("master.cf", "submission inet n - y - - smtpd\n");
        assertThat(imported()).contains("# master.cf: is not read");
    }

    @Test
    void aMissingDirectoryForPasswordsIsOneLine() throws Exception {
        main("relayhost = [a.example]\n");
        Boxcar.Outcome outcome = Boxcar.run(
                Map.of(), "relay", "import", "--auth-directory", directory + "/none", "postfix", directory.toString());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("--auth-directory: ", "no such directory")
                .hasLineCount(1);
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

    private void table(String name, String content) throws Exception {
        Files.writeString(directory.resolve(name), content);
    }

    /** The relay takes the configuration. */
    private void checked(String printed) throws Exception {
        Path file = Files.writeString(directory.resolve("relay.conf"), printed);
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "check", "--offline", "--config", file.toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    private String imported(String... more) {
        return imported(Map.of(), more);
    }

    private String imported(Map<String, String> environment, String... more) {
        var arguments = new ArrayList<>(List.of("relay", "import"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("postfix", directory.toString()));
        Boxcar.Outcome outcome = Boxcar.run(environment, arguments.toArray(String[]::new));
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
