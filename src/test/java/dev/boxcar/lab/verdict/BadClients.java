// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.Conduct.bad;

import dev.boxcar.lab.verdict.JudgedServer.Plan;
import dev.boxcar.lab.verdict.JudgedServer.Setup;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.ReplyFraming;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clients that each break one rule. */
final class BadClients {
    static final Setup USUAL = Setup.DEFAULTS;
    static final Setup NO_PIPELINING = USUAL.without(Extension.PIPELINING);
    static final String EHLO = "EHLO client.example";
    static final String MAIL = "MAIL FROM:<a@example.com>";
    static final String RCPT = "RCPT TO:<b@example.com>";
    static final String GROUP = MAIL + "\r\n" + RCPT + "\r\nDATA\r\n";
    static final String TEXT = "Subject: hello\r\n\r\ntext\r\n.\r\n";
    static final String IDENTIFIED = "Message-ID: <1@example.com>\r\n" + TEXT;
    private static final Duration LATE = Duration.ofMillis(400);

    private BadClients() {}

    static Fault reply(int code, String status) {
        return Fault.NONE.withReply(Reply.of(code, status, "as the test says"));
    }

    static Fault late() {
        return Fault.NONE.withDelay(LATE);
    }

    /** The n-th command of this verb gets this fault. */
    static Plan at(Verb wanted, int n, Fault fault) {
        return new Plan() {
            @Override
            public @Nullable Fault command(Verb verb, int nth) {
                return verb == wanted && nth == n ? fault : null;
            }
        };
    }

    static Plan atBanner(Fault fault) {
        return new Plan() {
            @Override
            public Fault banner() {
                return fault;
            }
        };
    }

    /** Every reply leaves in these pieces. */
    static Plan framed(ReplyFraming framing) {
        Fault fault = Fault.NONE.withFraming(framing);
        return new Plan() {
            @Override
            public Fault banner() {
                return fault;
            }

            @Override
            public Fault command(Verb verb, int nth) {
                return fault;
            }

            @Override
            public Fault endOfData(int nth) {
                return fault;
            }
        };
    }

    static Plan atEnd(int n, Fault fault) {
        return new Plan() {
            @Override
            public @Nullable Fault endOfData(int nth) {
                return nth == n ? fault : null;
            }
        };
    }

    /** Offers PIPELINING in reply to the first EHLO only. */
    static Plan pipeliningOnlyAtFirst() {
        return at(Verb.EHLO, 2, Fault.NONE.withReply(Reply.of(250, "", "mx.example", "SIZE 1000000", "8BITMIME")));
    }

    static RawClient begin(RawClient client) throws Exception {
        return client.replies(1).dialogue(EHLO);
    }

    static List<Conduct> all() {
        return List.of(
                bad(
                        VerdictRule.V01,
                        "sends EHLO at once",
                        USUAL,
                        c -> c.send(EHLO + "\r\n").replies(2).dialogue("QUIT")),
                bad(
                        VerdictRule.V01,
                        "loses patience with a late banner",
                        USUAL.with(atBanner(late())),
                        c -> c.pause(100).send(EHLO + "\r\n").replies(2)),
                bad(
                        VerdictRule.V01,
                        "sends a whole session before the banner",
                        USUAL,
                        c -> c.send(EHLO + "\r\n" + GROUP + TEXT + "QUIT\r\n").replies(7)),
                bad(
                        VerdictRule.V02,
                        "sends MAIL and RCPT without waiting",
                        NO_PIPELINING,
                        c -> begin(c).send(MAIL + "\r\n").send(RCPT + "\r\n").replies(2)),
                bad(
                        VerdictRule.V02,
                        "sends five RCPT in a group",
                        NO_PIPELINING,
                        c -> begin(c).dialogue(MAIL)
                                .send((RCPT + "\r\n").repeat(5))
                                .replies(5)),
                bad(
                        VerdictRule.V02,
                        "sends a group after HELO",
                        USUAL,
                        c -> c.replies(1)
                                .dialogue("HELO client.example")
                                .send(GROUP)
                                .replies(3)),
                bad(
                        VerdictRule.V02,
                        "sends a group after a second EHLO without PIPELINING",
                        USUAL.with(pipeliningOnlyAtFirst()),
                        c -> begin(c).dialogue(EHLO).send(GROUP).replies(3)),
                bad(
                        VerdictRule.V02,
                        "sends QUIT with the final dot",
                        NO_PIPELINING,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V02,
                        "sends a group inside TLS, where PIPELINING is not offered",
                        USUAL.with(pipeliningOnlyAtFirst()),
                        c -> begin(c).startTls().dialogue(EHLO).send(GROUP).replies(3)),
                bad(
                        VerdictRule.V03,
                        "sends past NOOP",
                        USUAL,
                        c -> begin(c).send("NOOP\r\n" + MAIL + "\r\n").replies(2)),
                bad(
                        VerdictRule.V03,
                        "sends past EXPN",
                        USUAL,
                        c -> begin(c).send("EXPN list\r\n" + MAIL + "\r\n").replies(2)),
                bad(
                                VerdictRule.V03,
                                "sends past QUIT",
                                USUAL,
                                c -> begin(c).send("QUIT\r\nNOOP\r\n").replies(1))
                        .inOneWrite(),
                bad(
                        VerdictRule.V03,
                        "sends NOOP in the middle of a group",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\nNOOP\r\n" + RCPT + "\r\n")
                                .replies(3)),
                bad(
                        VerdictRule.V03,
                        "takes the first octet of an answer for all of it",
                        USUAL.with(framed(ReplyFraming.BYTE_BY_BYTE)),
                        c -> c.replies(1)
                                .send(EHLO + "\r\n")
                                .firstOctet()
                                .send(MAIL + "\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V03,
                        "sends past TURN",
                        USUAL,
                        c -> begin(c).send("turn\r\n" + MAIL + "\r\n").replies(2)),
                bad(
                        VerdictRule.V03,
                        "sends MAIL 5 ms after VRFY",
                        USUAL,
                        c -> begin(c).send("VRFY b\r\n")
                                .pause(5)
                                .send(MAIL + "\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V03,
                        "sends only the beginning of a command past NOOP",
                        USUAL,
                        c -> begin(c).send("NOOP\r\nMA").replies(1)),
                bad(
                                VerdictRule.V04,
                                "sends a group with STARTTLS",
                                USUAL,
                                c -> begin(c).send("STARTTLS\r\n" + MAIL + "\r\n" + RCPT + "\r\n")
                                        .replies(1))
                        .inOneWrite(),
                bad(
                        VerdictRule.V05,
                        "sends user and password with AUTH LOGIN",
                        USUAL.withAuth(),
                        c -> begin(c).send("AUTH LOGIN\r\ndGlt\r\ndGFuc3RhYWY=\r\n")
                                .replies(3)),
                bad(
                        VerdictRule.V05,
                        "sends MAIL with AUTH PLAIN, whose response is to come",
                        USUAL.withAuth(),
                        c -> begin(c).send("AUTH PLAIN\r\n" + MAIL + "\r\n").replies(2)),
                bad(
                        VerdictRule.V05,
                        "sends MAIL with AUTH LOGIN and the user",
                        USUAL.withAuth(),
                        c -> begin(c).send("AUTH LOGIN dGlt\r\n" + MAIL + "\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V02,
                        "sends MAIL with AUTH PLAIN, without PIPELINING",
                        NO_PIPELINING.withAuth(),
                        c -> begin(c).send("AUTH PLAIN AHRpbQB0YW5zdGFhZg==\r\n" + MAIL + "\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V06,
                        "sends the text with DATA",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("DATA\r\n" + TEXT)
                                .replies(2)),
                bad(
                        VerdictRule.V06,
                        "sends everything at once",
                        USUAL,
                        c -> begin(c).send(GROUP + TEXT).replies(4)),
                bad(
                        VerdictRule.V06,
                        "loses patience with a late 354",
                        USUAL.with(at(Verb.DATA, 1, late())),
                        c -> begin(c).send(GROUP)
                                .replies(2)
                                .pause(100)
                                .send(TEXT)
                                .replies(2)),
                bad(
                        VerdictRule.V07,
                        "sends the text although DATA was refused",
                        USUAL.with(at(Verb.DATA, 1, reply(451, "4.3.0"))),
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA").send(TEXT).replies(4)),
                bad(
                        VerdictRule.V07,
                        "sends the text although nobody would receive it",
                        USUAL.with(nobodyBut354()),
                        c -> begin(c).send(GROUP).replies(3).send(TEXT).replies(1)),
                bad(
                        VerdictRule.V07,
                        "sends a chunk although nobody would receive it",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 6 LAST\r\ntext\r\n")
                                .replies(1)),
                bad(
                        VerdictRule.V07,
                        "sends a chunk without any recipient",
                        USUAL,
                        c -> begin(c).dialogue(MAIL)
                                .send("BDAT 6 LAST\r\ntext\r\n")
                                .replies(1)),
                bad(
                        VerdictRule.V07,
                        "sends another chunk although one was refused",
                        USUAL.with(at(Verb.BDAT, 1, reply(451, "4.3.0"))),
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 6\r\ntext\r\n")
                                .replies(1)
                                .send("BDAT 6 LAST\r\nmore\r\n")
                                .replies(1)),
                bad(
                        VerdictRule.V08,
                        "takes the reply to RCPT for that to DATA",
                        USUAL.with(at(Verb.DATA, 1, reply(451, "4.3.0"))),
                        c -> begin(c).send(GROUP).replies(3).send(TEXT).replies(4)),
                bad(
                        VerdictRule.V10,
                        "sends RCPT although MAIL was refused",
                        USUAL.with(at(Verb.MAIL, 1, reply(550, "5.7.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT, "QUIT")),
                bad(
                        VerdictRule.V10,
                        "repeats a MAIL that was refused",
                        USUAL.with(at(Verb.MAIL, 1, reply(550, "5.7.1"))),
                        c -> begin(c).dialogue(MAIL, MAIL, "QUIT")),
                bad(
                        VerdictRule.V10,
                        "repeats a RCPT that was refused",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT, RCPT, "QUIT")),
                bad(
                        VerdictRule.V10,
                        "repeats an EHLO that was refused",
                        USUAL.with(at(Verb.EHLO, 1, reply(550, "5.7.1"))),
                        c -> begin(c).dialogue(EHLO, "QUIT")),
                bad(
                        VerdictRule.V10,
                        "repeats a VRFY that was refused",
                        USUAL.with(at(Verb.VRFY, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue("VRFY b", "VRFY b", "QUIT")),
                bad(
                        VerdictRule.V10,
                        "sends a refused message again in the next session",
                        USUAL.with(atEnd(1, reply(550, "5.7.1"))),
                        BadClients::sendIdentified,
                        BadClients::sendIdentified),
                bad(
                        VerdictRule.V12,
                        "ends a command with LF",
                        USUAL,
                        c -> begin(c).send("NOOP\n").send("\r\n").replies(1)),
                bad(
                        VerdictRule.V12,
                        "ends a command with LF and vanishes",
                        USUAL,
                        c -> begin(c).send("NOOP\n").pause(50)),
                bad(VerdictRule.V12, "has a bare LF in the text", USUAL, c -> mail(c, "one\ntwo\r\n.\r\n")),
                bad(VerdictRule.V12, "has a bare CR in the text", USUAL, c -> mail(c, "one\rtwo\r\n.\r\n")),
                bad(VerdictRule.V12, "has a bare CR at the end of the text", USUAL, c -> mail(c, "one\r\r\n.\r\n")),
                bad(
                        VerdictRule.V12,
                        "ends the text with LF.CRLF and waits in vain",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send("text\n.\r\n")
                                .pause(50)),
                bad(
                        VerdictRule.V13,
                        "sends a text line of 1,200 bytes",
                        USUAL,
                        c -> mail(c, "x".repeat(1198) + "\r\n.\r\n")),
                bad(
                        VerdictRule.V13,
                        "sends a command of 700 bytes",
                        USUAL,
                        c -> begin(c).dialogue("NOOP " + "x".repeat(693))),
                bad(
                        VerdictRule.V13,
                        "sends an address of 700 bytes",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, "RCPT TO:<" + "x".repeat(690) + "@example.com>")),
                bad(
                        VerdictRule.V13,
                        "sends a command that no server keeps",
                        USUAL,
                        c -> begin(c).dialogue("NOOP " + "x".repeat(9000))),
                bad(
                        VerdictRule.V13,
                        "does not declare 8-bit content",
                        USUAL,
                        c -> mail(c, "Subject: a\r\n\r\n\u00e9\r\n.\r\n")),
                bad(
                        VerdictRule.V13,
                        "sends 8-bit content that was not offered",
                        USUAL.without(Extension.EIGHTBITMIME),
                        c -> mail(c, "Subject: a\r\n\r\n\u00e9\r\n.\r\n")),
                bad(
                        VerdictRule.V13,
                        "sends a UTF-8 address without SMTPUTF8",
                        USUAL,
                        c -> begin(c).dialogue("MAIL FROM:<\u00c3\u00a9@example.com>")),
                bad(
                        VerdictRule.V13,
                        "sends a UTF-8 subject without SMTPUTF8",
                        USUAL,
                        c -> begin(c).dialogue(MAIL + " BODY=8BITMIME", RCPT, "DATA")
                                .send("Subject: \u00c3\u00a9\r\n\r\ntext\r\n.\r\n")
                                .replies(1)),
                bad(VerdictRule.V14, "does not stuff a dot", USUAL, c -> mail(c, "one\r\n.two\r\n.\r\n")),
                bad(
                        VerdictRule.V14,
                        "does not stuff a line with a dot alone",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send("one\r\n.\r\ntwo\r\nthree\r\n.\r\n")
                                .replies(4)),
                bad(
                        VerdictRule.V14,
                        "says too small a size in BDAT",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 20 LAST\r\n" + "x".repeat(18) + "\r\n" + "y".repeat(18) + "\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V14,
                        "sends DATA after a chunk",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 4\r\nab\r\n")
                                .replies(1)
                                .dialogue("DATA")),
                bad(
                        VerdictRule.V14,
                        "sends a chunk after the last",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 4 LAST\r\nab\r\nBDAT 4 LAST\r\nab\r\n")
                                .replies(2)),
                bad(
                        VerdictRule.V15,
                        "ignores SIZE",
                        USUAL.with(Limits.DEFAULTS.withMessageBytes(2000)),
                        c -> mail(c, ("x".repeat(88) + "\r\n").repeat(100) + ".\r\n")),
                bad(
                        VerdictRule.V15,
                        "ignores RCPTMAX",
                        USUAL.with(Limits.DEFAULTS.withRecipients(2)),
                        c -> begin(c).dialogue(MAIL, RCPT, RCPT, RCPT, RCPT, RCPT)),
                bad(
                        VerdictRule.V15,
                        "ignores MAILMAX",
                        USUAL.with(Limits.DEFAULTS.withSessionMessages(1)),
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)
                                .dialogue(MAIL)),
                bad(
                        VerdictRule.V16,
                        "sends an accepted message again in the next session",
                        USUAL,
                        BadClients::sendIdentified,
                        BadClients::sendIdentified));
    }

    /** RCPT is refused, and DATA gets 354 all the same, as some servers do. */
    private static Plan nobodyBut354() {
        return new Plan() {
            @Override
            public @Nullable Fault command(Verb verb, int nth) {
                return verb == Verb.RCPT ? Fault.NONE.withEdit(usual -> Reply.of(550, "5.1.1", "no such user")) : null;
            }
        };
    }

    static void mail(RawClient client, String text) throws Exception {
        begin(client).dialogue(MAIL, RCPT, "DATA").send(text).replies(1);
    }

    static void sendIdentified(RawClient client) throws Exception {
        begin(client).dialogue(MAIL, RCPT, "DATA").send(IDENTIFIED).replies(1).dialogue("QUIT");
    }
}
