// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Flight;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionTextTest {
    private static final Item EHLO = new Item(Kind.COMMAND, "EHLO", "EHLO client.example", 0, 21, 70_000, 0, 1);
    private static final Item AUTH = new Item(Kind.COMMAND, "AUTH", "", 21, 40, 140_000, 1, 2);
    private static final Item EVIL = new Item(Kind.COMMAND, null, "X\u001b[2J\u202e", 61, 9, 210_000, 2, 3);
    private static final Flight FLIGHT = new Flight(0, 0, 0, 0, 1);

    @Test
    void showsFlightsRepliesTimesFaultsAndFindings() {
        SessionRecord session = session(
                List.of(EHLO, AUTH, EVIL),
                List.of(
                        reply(null, 220, "220 lab.example", 1_000),
                        reply("EHLO", 250, "250-lab.example", 70_100),
                        reply("AUTH", 535, "535 5.7.8 no", 141_200),
                        reply(null, 421, "421 4.7.0 bye", -1)));

        assertThat(SessionText.of(
                        session,
                        List.of(
                                new InjectedFault("s1", 2, 1, "reply 535 5.7.8"),
                                new InjectedFault("s1", 0, -1, "delay 1s")),
                        TerminalColor.OFF,
                        List.of("a finding")))
                .isEqualTo("""
                        session abc-1 from 192.0.2.1:999, 3 flights, 0.21 s  <- s1 rules[0]: delay 1s
                                  1.0 ms  S: 220 lab.example
                           1     70.0 ms  C: EHLO client.example
                                          S: 250-lab.example
                           2    140.0 ms  C: AUTH ...  <- s1 rules[2]: reply 535 5.7.8
                                141.2 ms  S: 535 5.7.8 no
                           3    210.0 ms  C: X\\u001b[2J\\u202e
                          2 more events not recorded
                          a finding

                        """);
    }

    @Test
    void shortensLongRuns() {
        var items = new ArrayList<Item>();
        for (int i = 0; i < 100; i++) {
            items.add(new Item(Kind.COMMAND, "RCPT", "RCPT TO:<r" + i + "@x.test>", i * 25L, 25, 1_000, 0, -1));
        }
        String text = SessionText.of(session(items, List.of()), List.of(), TerminalColor.OFF, List.of());
        assertThat(text.lines()).hasSize(1 + 8 + 1 + 4 + 1 + 1);
        assertThat(text).contains("<r7@", "... 88 more", "<r96@", "<r99@").doesNotContain("<r8@", "<r95@");
    }

    @Test
    void paintsCommandsAndRepliesOnATerminal() {
        SessionRecord session =
                session(List.of(EHLO), List.of(reply(null, 220, "220 x", 1_000), reply("EHLO", 550, "550 no", 80_000)));
        assertThat(SessionText.of(session, List.of(), TerminalColor.ON, List.of()))
                .contains("\u001b[36mC: EHLO client.example\u001b[0m", "\u001b[32mS: 220", "\u001b[31mS: 550");
    }

    private static RecordedReply reply(@Nullable String verb, int code, String text, long leftMicros) {
        return new RecordedReply(verb, code, text, List.of(), text.length() + 2, 0, 0, leftMicros, 0, 0);
    }

    private static SessionRecord session(List<Item> items, List<RecordedReply> replies) {
        int flights = items.get(items.size() - 1).flight() + 1;
        return new SessionRecord(
                "abc-1",
                "192.0.2.1:999",
                Instant.EPOCH,
                true,
                2,
                items,
                replies,
                List.of(),
                List.of(FLIGHT, FLIGHT, FLIGHT).subList(0, flights),
                List.of(),
                List.of(),
                List.of(),
                null);
    }
}
