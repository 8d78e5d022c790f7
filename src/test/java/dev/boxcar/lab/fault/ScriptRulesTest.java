// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.noop;
import static dev.boxcar.lab.script.Match.rcpt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules match the events that they name, and give the replies that they say. */
class ScriptRulesTest {
    private LabServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LabServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<String> codes(List<String> replies) {
        return replies.stream().map(reply -> reply.substring(0, 3)).toList();
    }

    private static Script every() {
        return Script.everySession();
    }

    // ---- replies

    @ParameterizedTest
    @CsvSource({"1, 450 250 250 250 250", "3, 250 250 450 250 250", "5, 250 250 250 250 450"})
    void oneRecipientOfAGroupIsRefused(int nth, String recipients) throws IOException {
        server.run(every().on(rcpt().nth(nth)).reply(450, "4.2.1", "Full"));
        try (RawClient client = server.greeted()) {
            client.send(
                    "MAIL FROM:<a@client.example>",
                    "RCPT TO:<u1@example.com>",
                    "RCPT TO:<u2@example.com>",
                    "RCPT TO:<u3@example.com>",
                    "RCPT TO:<u4@example.com>",
                    "RCPT TO:<u5@example.com>",
                    "DATA");
            assertThat(String.join(" ", codes(client.replies(7)))).isEqualTo("250 " + recipients + " 354");
        }
    }

    @Test
    void aRuleWithAProbabilityAppliesToThatPartOfItsEventsAndToTheSameOnesForTheSameSeed() throws IOException {
        Script script = Script.session().seed(7).on(noop().probability(30)).reply(450, "4.3.0", "Chaos");
        server.run(script);
        List<String> first = noops();
        server.run(script);
        List<String> second = noops();
        server.run(script.seed(8));
        List<String> otherSeed = noops();

        assertThat(first).isEqualTo(second).isNotEqualTo(otherSeed);
        assertThat(Collections.frequency(first, "450")).isBetween(20, 40);
    }

    private List<String> noops() throws IOException {
        try (RawClient client = server.greeted()) {
            client.send(Collections.nCopies(100, "NOOP").toArray(String[]::new));
            return codes(client.replies(100));
        }
    }

    @Test
    void withoutRecipientsAndWithoutASenderTheServerAnswersAsUsual() throws IOException {
        server.run(every().on(rcpt()).reply(550, "5.1.1", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(codes(client.transaction(2))).containsExactly("250", "550", "550", "554");
        }
        server.store.deleteAll();
        server.run(every().on(mail().nth(1)).reply(451, "4.3.0", "No"));
        try (RawClient client = server.greeted()) {
            client.send("MAIL FROM:<a@client.example>", "RCPT TO:<b@example.com>", "DATA");
            assertThat(codes(client.replies(3))).containsExactly("451", "503", "503");
            assertThat(client.message("text")).startsWith("250 ");
        }
    }

    @Test
    void aCommandCanBeCarriedOutAlthoughItsReplyIsARefusal() throws IOException {
        server.run(every().on(rcpt()).reply(ScriptedReply.of(550, "5.1.1", "No").carriedOut()));
        try (RawClient client = server.greeted()) {
            assertThat(codes(client.transaction(2))).containsExactly("250", "550", "550", "354");
        }
        server.store.deleteAll();
        server.run(every().on(rcpt()).reply(ScriptedReply.of(450, "4.2.1", "No").carriedOut()));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("RCPT TO:<b@example.com>"))
                    .as("it fails without MAIL")
                    .startsWith("503 ");
        }
    }

    @Test
    void refusedDataWaitsForNoBody() throws IOException {
        server.run(every().on(data()).times(1).reply(451, "4.3.0", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(codes(client.transaction(1))).endsWith("451");
            assertThat(client.ask("RSET")).startsWith("250 ");
            assertThat(client.message("text")).startsWith("250 ");
        }
    }

    @Test
    void otherCommandsCanBeAnswered() throws IOException {
        server.run(every().on(Match.rset())
                .reply(451, "4.3.0", "No")
                .on(noop())
                .reply(500, "5.5.1", "No")
                .on(Match.helo())
                .reply(421, "4.3.0", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("RSET")).isEqualTo("451 4.3.0 No");
            assertThat(client.ask("NOOP")).isEqualTo("500 5.5.1 No");
            assertThat(client.ask("HELO client.example")).isEqualTo("421 4.3.0 No");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void quitCanBeAnsweredWithAnotherText() throws IOException {
        server.run(every().on(Match.quit()).reply(250, "2.0.0", "Stay"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("QUIT")).isEqualTo("250 2.0.0 Stay");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void lineIsAnyCommand() throws IOException {
        server.run(every().on(line().nth(4)).reply(421, "4.3.0", "Enough"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("NOOP")).startsWith("250 ");
            assertThat(client.ask("XFOO")).startsWith("500 ");
            assertThat(client.ask("MAIL FROM:<a@client.example>")).isEqualTo("421 4.3.0 Enough");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aReplyCanHaveManyLinesAndNoStatusAndNoText() throws IOException {
        server.run(every().on(noop())
                .times(1)
                .reply(ScriptedReply.of(550, "5.1.1", "No").withLines(3))
                .on(noop())
                .times(1)
                .reply(550, "", "no such user")
                .on(noop())
                .reply(550, "", ""));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("NOOP")).isEqualTo("550-5.1.1 No\n550-5.1.1 No\n550 5.1.1 No");
            assertThat(client.ask("NOOP")).isEqualTo("550 no such user");
            assertThat(client.ask("NOOP")).isEqualTo("550 ");
        }
    }

    @Test
    void anAcceptedRecipientCounts() throws IOException {
        server.run(every().on(rcpt()).reply(250, "2.1.5", "Welcome"));
        try (RawClient client = server.greeted()) {
            assertThat(client.transaction(1)).contains("250 2.1.5 Welcome").anyMatch(reply -> reply.startsWith("354"));
        }
    }

    // ---- matches

    @Test
    void timesAndSessionsAreUsedUp() throws IOException {
        ActiveScript script = server.run(Script.session().on(noop()).times(2).reply(450, "", "No"));
        try (RawClient first = server.greeted();
                RawClient second = server.greeted()) {
            assertThat(second.ask("NOOP")).startsWith("250 ");
            assertThat(first.ask("NOOP")).startsWith("450 ");
            assertThat(first.ask("NOOP")).startsWith("450 ");
            assertThat(first.ask("NOOP")).startsWith("250 ");
        }
        assertThat(script.used()).isEqualTo(1);
        assertThat(script.matched(0)).isEqualTo(2);
    }

    @Test
    void anOpenSessionIsNotTouchedByANewScriptAndForgetsADeletedOne() throws IOException {
        try (RawClient open = server.greeted()) {
            ActiveScript script = server.run(every().on(noop()).reply(450, "", "No"));
            assertThat(open.ask("NOOP")).startsWith("250 ");
            try (RawClient next = server.greeted()) {
                assertThat(next.ask("NOOP")).startsWith("450 ");
                server.store.delete(script.id());
                assertThat(next.ask("NOOP")).startsWith("250 ");
            }
        }
    }

    @Test
    void addressesMatchByPattern() throws IOException {
        server.run(every().on(rcpt().address("*@slow.example"))
                .reply(450, "", "No")
                .on(mail().address("bad@*"))
                .reply(550, "", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("MAIL FROM:<BAD@client.example>")).startsWith("550 ");
            assertThat(client.ask("MAIL FROM:<good@client.example> BODY=8BITMIME"))
                    .startsWith("250 ");
            assertThat(client.ask("RCPT TO:<a@slow.example>")).startsWith("450 ");
            assertThat(client.ask("rcpt to:<A@Slow.EXAMPLE>")).startsWith("450 ");
            assertThat(client.ask("RCPT TO:<a@sub.slow.example>")).startsWith("250 ");
            assertThat(client.ask("RCPT TO:<a@slow.example.org>")).startsWith("250 ");
        }
    }

    @Test
    void messagesAndTheirRecipientsAreCounted() throws IOException {
        server.run(every().on(end().message(2))
                .reply(550, "5.6.0", "No")
                .on(rcpt().nth(2).message(3))
                .reply(450, "", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(client.message("one")).startsWith("250 ");
            assertThat(client.message("two")).isEqualTo("550 5.6.0 No");
            assertThat(codes(client.transaction(3))).containsExactly("250", "250", "450", "250", "354");
            client.sendRaw("three\r\n.\r\n");
            assertThat(client.replies(1).get(0)).startsWith("250 ");
        }
        assertThat(server.stored()).isEqualTo(2);
    }

    @Test
    void theEndOfAMessageMayBeItsLastChunk() throws IOException {
        server.run(every().on(end()).reply(550, "5.6.0", "No").on(Match.bdat()).reply(450, "", "No"));
        try (RawClient client = server.greeted()) {
            client.ask("MAIL FROM:<a@client.example>");
            client.ask("RCPT TO:<b@example.com>");
            client.sendRaw("BDAT 6 LAST\r\ntext\r\n");
            assertThat(client.replies(1)).containsExactly("550 5.6.0 No");
            client.ask("MAIL FROM:<a@client.example>");
            client.ask("RCPT TO:<b@example.com>");
            client.sendRaw("BDAT 6\r\nNOOP\r\nNOOP\r\n");
            assertThat(client.replies(1)).containsExactly("450 No");
            assertThat(client.replies(1).get(0)).startsWith("250 ");
        }
    }

    @Test
    void connectionsOfTheScriptAreCounted() throws IOException {
        server.run(every().on(noop().connection(2)).reply(450, "", "No"));
        for (int i = 1; i <= 3; i++) {
            try (RawClient client = server.greeted()) {
                assertThat(client.ask("NOOP")).startsWith(i == 2 ? "450 " : "250 ");
            }
        }
    }

    @Test
    void parametersSizesAndHeaderFieldsMatch() throws IOException {
        server.run(every().on(mail().parameter("body=8bitmime"))
                .reply(450, "", "parameter")
                .on(mail().size(5_000))
                .reply(450, "", "declared")
                .on(end().size(2_000))
                .reply(450, "", "size")
                .on(end().header("X-Test", "*two*"))
                .reply(450, "", "header"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("MAIL FROM:<a@client.example> BODY=8BITMIME")).isEqualTo("450 parameter");
            assertThat(client.ask("MAIL FROM:<a@client.example> SIZE=5000")).isEqualTo("450 declared");
            assertThat(client.message("x".repeat(900) + "\r\n" + "x".repeat(900)))
                    .startsWith("250 ");
            assertThat(client.message(("x".repeat(900) + "\r\n").repeat(3))).isEqualTo("450 size");
            assertThat(client.message("X-Test: one\r\n\r\nX-Test: two")).startsWith("250 ");
            assertThat(client.message("From: a\r\nx-test: one\r\n Two\r\n\r\ntext"))
                    .isEqualTo("450 header");
        }
    }

    @Test
    void peersAndTlsMatch() throws IOException {
        server.run(every().on(noop().peer("192.0.2.*"))
                .reply(450, "", "peer")
                .on(noop().insideTls())
                .reply(450, "", "tls")
                .on(noop().inClear().peer("127.*"))
                .reply(450, "", "clear"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("NOOP")).isEqualTo("450 clear");
        }
    }

    @Test
    void flightsMatch() throws IOException {
        server.run(every().on(noop().flight(3)).reply(450, "", "No"));
        try (RawClient client = server.greeted()) {
            client.send("RSET", "NOOP");
            assertThat(codes(client.replies(2))).containsExactly("250", "250");
            client.send("RSET", "NOOP");
            assertThat(codes(client.replies(2))).containsExactly("250", "450");
        }
    }

    @Test
    void theFirstRuleOfTheListThatIsNotUsedUpApplies() throws IOException {
        server.run(
                every().on(noop()).times(1).reply(450, "", "first").on(line()).reply(451, "", "second"));
        try (RawClient client = server.connect()) {
            client.replies(1);
            assertThat(client.ask("NOOP")).isEqualTo("450 first");
            assertThat(client.ask("NOOP")).isEqualTo("451 second");
        }
    }

    @Test
    void rulesForSeveralVerbsWorkInOneGroup() throws IOException {
        server.run(every().on(mail())
                .reply(250, "", "mail")
                .on(rcpt().nth(2))
                .reply(550, "", "rcpt")
                .on(data())
                .reply(451, "", "data"));
        try (RawClient client = server.greeted()) {
            client.send(
                    "MAIL FROM:<a@client.example>",
                    "RCPT TO:<b@example.com>",
                    "RCPT TO:<c@example.com>",
                    "DATA",
                    "NOOP");
            assertThat(codes(client.replies(5))).containsExactly("250", "250", "550", "451", "250");
        }
    }

    @Test
    void aScriptForANamespaceAppliesToNoOtherSession() throws IOException {
        server.run(every().namespace("team").on(noop()).reply(450, "", "No"));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("NOOP")).startsWith("250 ");
            server.faults.addNamespace("another session", "team");
            assertThat(client.ask("NOOP")).startsWith("250 ");
        }
    }

    @Test
    void aRuleIsUsedUpExactlyByParallelSessionsOnSeveralLoops() throws Exception {
        try (var parallel = new LabServer(LineSettings.NONE, 4)) {
            ActiveScript script = parallel.run(every().on(noop()).times(25).reply(450, "", "No"));
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Callable<Integer>> sessions = Collections.nCopies(40, () -> refusals(parallel));
                int refused = 0;
                for (Future<Integer> session : threads.invokeAll(sessions)) {
                    refused += session.get();
                }
                assertThat(refused).isEqualTo(25);
                assertThat(script.matched(0)).isEqualTo(25);
                assertThat(script.used()).isEqualTo(40);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static int refusals(LabServer asked) throws IOException {
        int refused = 0;
        try (RawClient client = asked.greeted()) {
            for (int i = 0; i < 5; i++) {
                refused += client.ask("NOOP").startsWith("450 ") ? 1 : 0;
            }
        }
        return refused;
    }

    @Test
    void aChunkThatComesInPiecesIsOneFlight() throws IOException {
        server.run(every().on(noop().flight(5)).reply(450, "", "fifth"));
        try (RawClient client = server.greeted()) {
            client.ask("MAIL FROM:<a@client.example>");
            client.ask("RCPT TO:<b@example.com>");
            client.sendRaw("BDAT 4\r\n");
            client.sendRaw("te");
            client.sendRaw("xt");
            client.replies(1);
            assertThat(client.ask("NOOP")).isEqualTo("450 fifth");
        }
        assertThat(server.ended(0).flights()).hasSize(5);
    }

    // ---- EHLO

    private static List<String> ehloLines(RawClient client) throws IOException {
        return client.ask("EHLO client.example")
                .lines()
                .map(line -> line.substring(4))
                .toList();
    }

    @Test
    void ehloHidesAndAdds() throws IOException {
        List<String> usual;
        try (RawClient client = server.greeted()) {
            usual = ehloLines(client);
        }
        server.run(every().on(ehlo().nth(2)).hide("pipelining", "SIZE").add("XTEST 1"));
        try (RawClient client = server.greeted()) {
            List<String> changed = ehloLines(client);
            assertThat(changed).doesNotContain("PIPELINING").contains("XTEST 1").noneMatch(l -> l.startsWith("SIZE"));
            assertThat(changed).hasSize(usual.size() - 1);
            client.send("MAIL FROM:<a@client.example>", "RCPT TO:<b@example.com>", "RSET");
            assertThat(codes(client.replies(3))).containsOnly("250");
            assertThat(ehloLines(client)).isEqualTo(usual);
        }
    }

    @Test
    void everythingCanBeHidden() throws IOException {
        String[] keywords;
        try (RawClient client = server.greeted()) {
            keywords = ehloLines(client).stream()
                    .skip(1)
                    .map(line -> line.split(" ", 2)[0])
                    .toArray(String[]::new);
        }
        server.run(every().on(ehlo()).hide(keywords));
        try (RawClient client = server.greeted()) {
            assertThat(ehloLines(client)).containsExactly("lab.test");
        }
    }

    @Test
    void aLieIsOfferedAndThenRefused() throws IOException {
        server.run(every().on(ehlo()).lie("STARTTLS", "8BITMIME", "XFOO"));
        try (RawClient client = server.greeted()) {
            assertThat(ehloLines(client)).contains("STARTTLS", "XFOO").containsOnlyOnce("8BITMIME");
            assertThat(client.ask("STARTTLS")).startsWith("454 ");
            assertThat(client.ask("MAIL FROM:<a@client.example> BODY=8BITMIME")).startsWith("555 ");
            assertThat(client.ask("XFOO")).startsWith("502 ");
            assertThat(client.ask("MAIL FROM:<a@client.example> BODY=7BIT")).startsWith("250 ");
        }
        assertThat(server.faults.log().of(server.ended(0).id()))
                .extracting(InjectedFault::done)
                .contains("lie STARTTLS, 8BITMIME, XFOO", "reply 454", "reply 555", "reply 502");
    }

    @Test
    void anOldServerKnowsOnlyHelo() throws IOException {
        server.run(every().on(ehlo()).preset(Preset.OLD_SERVER));
        try (RawClient client = server.connect()) {
            client.replies(1);
            assertThat(client.ask("EHLO client.example")).startsWith("502 ");
            assertThat(client.ask("HELO client.example")).startsWith("250 ");
        }
    }

    // ---- presets

    @Test
    void greylistingRefusesOnce() throws IOException {
        server.run(every().on(rcpt()).preset(Preset.GREYLIST));
        for (String code : List.of("451", "250")) {
            try (RawClient client = server.greeted()) {
                client.ask("MAIL FROM:<a@client.example>");
                assertThat(client.ask("RCPT TO:<b@example.com>")).startsWith(code);
            }
        }
    }

    @Test
    void magicAddressesSayTheReply() throws IOException {
        server.run(every().on(line()).preset(Preset.MAGIC_ADDRESSES));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("MAIL FROM:<mail451@fault.test>")).startsWith("451 ");
            assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("250 ");
            assertThat(client.ask("RCPT TO:<rcpt550_5.1.1@fault.test>")).startsWith("550 5.1.1 ");
            assertThat(client.ask("RCPT TO:<b@example.com>")).startsWith("250 ");
        }
    }

    @Test
    void aServerWithout8BitMimeOffersNoOtherWayForSuchContent() throws IOException {
        server.run(every().on(ehlo()).preset(Preset.NO_8BITMIME));
        try (RawClient client = server.connect()) {
            client.replies(1);
            assertThat(client.ask("EHLO client.example"))
                    .contains("SIZE")
                    .doesNotContain("8BITMIME", "BINARYMIME", "SMTPUTF8");
        }
    }

    @Test
    void theQuotaOfRecipientsAndTheRateLimitApplyFromANumberOn() throws IOException {
        server.run(every().on(rcpt()).preset(Preset.QUOTA).on(mail()).preset(Preset.RATE_LIMIT));
        try (RawClient client = server.greeted()) {
            List<String> replies = client.transaction(101);
            assertThat(replies.get(100)).startsWith("250 ");
            assertThat(replies.get(101)).startsWith("452 ");
            client.sendRaw("text\r\n.\r\n");
            client.replies(1);
            for (int i = 2; i <= 10; i++) {
                assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("250 ");
                client.ask("RSET");
            }
            assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("421 ");
            assertThat(client.rest()).isEmpty();
        }
    }

    // ---- the log

    @Test
    void everyFaultIsStamped() throws IOException {
        server.run(every().on(rcpt().nth(2)).reply(550, "5.1.1", "No").on(end()).reply(451, "", "No"));
        try (RawClient client = server.greeted()) {
            client.transaction(3);
            client.sendRaw("text\r\n.\r\n");
            client.replies(1);
        }
        var session = server.ended(0);
        List<InjectedFault> faults = server.faults.log().of(session.id());
        assertThat(faults)
                .containsExactly(
                        new InjectedFault("s1", 0, 3, "reply 550 5.1.1"), new InjectedFault("s1", 1, 6, "reply 451"));
        assertThat(session.items().get(3).text()).isEqualTo("RCPT TO:<u2@example.com>");
        assertThat(session.replies().get(session.items().get(6).reply()).code()).isEqualTo(451);
    }
}
