// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.ZoneServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay counts sessions of today, keeps them, and sends the report of an earlier day as signed mail. */
class TlsReportProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aReportOfAnEarlierDayIsSentAsSignedMailAndSessionsOfTodayAreKept() throws Exception {
        Path key = directory.resolve("key.pem");
        Boxcar.run(Map.of(), "relay", "dkim-key", "sender.example", "--algorithm=ed25519", "--out=" + key);
        Path kept = Files.createDirectories(directory.resolve("spool")).resolve("tls-report");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Files.writeString(kept, "boxcar tls-report 1\n" + today.minusDays(2) + " there.example no-policy-found   5\n");
        try (var downstream = Downstream.start();
                var zone = ZoneServer.start(
                        "there.example. MX 10 mx.there.example.",
                        "mx.there.example. A 127.0.0.1",
                        "other.example. MX 10 mx.other.example.",
                        "mx.other.example. A 127.0.0.1",
                        "_smtp._tls.there.example. TXT \"v=TLSRPTv1; rua=mailto:reports@there.example\"");
                var relay = Boxcar.start(
                        directory,
                        "relay",
                        "--smtp=127.0.0.1:0",
                        "--spool=spool",
                        "--hostname=relay.sender.example",
                        "--dns=" + zone.address(),
                        "--mx-port=" + downstream.port(),
                        "--dkim-keys=boxcar._domainkey.sender.example=" + key,
                        "--tls-report=postmaster@sender.example")) {
            String line = relay.line();
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 1);
            Downstream.Received report = downstream.messages().get(0);
            assertThat(report.from()).isEmpty();
            assertThat(report.content())
                    .startsWith("DKIM-Signature: v=1; a=ed25519-sha256;")
                    .contains("\r\nTLS-Report-Domain: there.example\r\n")
                    .contains("\r\nTLS-Report-Submitter: relay.sender.example\r\n");

            Boxcar.Outcome sent = Boxcar.run(
                    Map.of(),
                    "send",
                    line.substring(line.lastIndexOf(' ') + 1),
                    "--from=ann@sender.example",
                    "--to=bob@other.example",
                    "--body=text");
            assertThat(sent.err()).isEmpty();
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 2);
            assertThat(relay.signal("TERM").status()).isEqualTo(143);
        }
        assertThat(Files.readAllLines(kept))
                .as("the session of the message, and not that of the report")
                .hasSize(2)
                .last()
                .asString()
                .startsWith(
                        today + " other.example no-policy-found   1 starttls-not-supported mx.other.example 127.0.0.1");
    }
}
