// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.BadClients.EHLO;
import static dev.boxcar.lab.verdict.BadClients.GROUP;
import static dev.boxcar.lab.verdict.BadClients.IDENTIFIED;
import static dev.boxcar.lab.verdict.BadClients.MAIL;
import static dev.boxcar.lab.verdict.BadClients.NO_PIPELINING;
import static dev.boxcar.lab.verdict.BadClients.RCPT;
import static dev.boxcar.lab.verdict.BadClients.TEXT;
import static dev.boxcar.lab.verdict.BadClients.USUAL;
import static dev.boxcar.lab.verdict.BadClients.at;
import static dev.boxcar.lab.verdict.BadClients.atBanner;
import static dev.boxcar.lab.verdict.BadClients.begin;
import static dev.boxcar.lab.verdict.BadClients.late;
import static dev.boxcar.lab.verdict.BadClients.mail;
import static dev.boxcar.lab.verdict.BadClients.pipeliningOnlyAtFirst;
import static dev.boxcar.lab.verdict.BadClients.reply;
import static dev.boxcar.lab.verdict.Conduct.good;

import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.ReplyFraming;
import java.util.List;

/** Clients that behave: the twins of those in {@link BadClients}. */
final class GoodClients {
    private static final String OTHER_RCPT = "RCPT TO:<c@example.com>";

    private GoodClients() {}

    static List<Conduct> all() {
        return List.of(
                good(
                        "waits for a late banner",
                        USUAL.with(atBanner(late())),
                        c -> c.replies(1).dialogue(EHLO, "QUIT")),
                good("sends EHLO as soon as the banner is there", USUAL, c -> begin(c).dialogue("QUIT")),
                good("waits for each reply, without PIPELINING", NO_PIPELINING, GoodClients::lockStep),
                good("waits for each reply", USUAL, GoodClients::lockStep),
                good(
                        "reads replies as a stream that come octet by octet",
                        USUAL.with(BadClients.framed(ReplyFraming.BYTE_BY_BYTE)),
                        GoodClients::lockStep),
                good(
                        "reads replies as a stream that come apart",
                        USUAL.with(BadClients.framed(ReplyFraming.SEPARATE)),
                        GoodClients::lockStep),
                good(
                        "says HELO and waits for each reply",
                        USUAL,
                        c -> c.replies(1)
                                .dialogue("HELO client.example", MAIL, RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "waits inside TLS, where PIPELINING is not offered",
                        USUAL.with(pipeliningOnlyAtFirst()),
                        c -> begin(c).startTls()
                                .dialogue(EHLO, MAIL, RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "ends a group with VRFY",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\nVRFY b\r\n")
                                .replies(3)
                                .dialogue("RSET", "QUIT")),
                good(
                        "ends a group with EXPN",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\nEXPN list\r\n")
                                .replies(2)
                                .dialogue("QUIT")),
                good(
                        "ends a group with QUIT",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\nRSET\r\nQUIT\r\n").replies(3)),
                good(
                        "ends a group with EHLO",
                        USUAL,
                        c -> begin(c).send("RSET\r\n" + EHLO + "\r\n")
                                .replies(2)
                                .dialogue("QUIT")),
                good(
                        "ends a group with TURN",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\nRSET\r\nTURN\r\n")
                                .replies(3)
                                .dialogue("QUIT")),
                good(
                        "sends QUIT with the final dot",
                        USUAL,
                        c -> begin(c).send(GROUP)
                                .replies(3)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)),
                good(
                        "sends the next MAIL with the final dot",
                        USUAL,
                        c -> begin(c).send(GROUP)
                                .replies(3)
                                .send(TEXT + GROUP)
                                .replies(4)
                                .send("Subject: other\r\n" + TEXT + "QUIT\r\n")
                                .replies(2)),
                good(
                        "sends a group inside TLS",
                        USUAL,
                        c -> begin(c).startTls()
                                .dialogue(EHLO)
                                .send(GROUP)
                                .replies(3)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)),
                good(
                        "authenticates with an initial response",
                        USUAL.withAuth(),
                        c -> begin(c).dialogue("AUTH PLAIN AHRpbQB0YW5zdGFhZg==")
                                .send(GROUP)
                                .replies(3)
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "sends a group with AUTH PLAIN and its initial response",
                        USUAL.withAuth(),
                        c -> begin(c).send("auth plain AHRpbQB0YW5zdGFhZg==\r\n" + GROUP)
                                .replies(4)
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "sends MAIL with AUTH EXTERNAL, which is not offered",
                        USUAL.withAuth(),
                        c -> begin(c).send("AUTH EXTERNAL =\r\n" + MAIL + "\r\n")
                                .replies(2)
                                .dialogue("QUIT")),
                good(
                        "authenticates step by step",
                        USUAL.withAuth(),
                        c -> begin(c).dialogue("AUTH LOGIN", "dGlt", "dGFuc3RhYWY=", MAIL, "RSET", "QUIT")),
                good(
                        "cancels AUTH",
                        USUAL.withAuth(),
                        c -> begin(c).dialogue("AUTH LOGIN", "*", MAIL, RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "authenticates and repeats the MAIL that needed it",
                        USUAL.withAuth().with(at(Verb.MAIL, 1, reply(530, "5.7.0"))),
                        c -> begin(c).dialogue(MAIL, "AUTH PLAIN AHRpbQB0YW5zdGFhZg==", MAIL, "QUIT")),
                good(
                                "sends a message although its MAIL came within a transaction",
                                USUAL,
                                c -> begin(c).dialogue(MAIL)
                                        .send(GROUP)
                                        .replies(3)
                                        .send(TEXT)
                                        .replies(1)
                                        .dialogue("QUIT"))
                        .inOneWrite(), // in pieces it may seem to know the 503 to its MAIL
                good(
                        "waits for a late 354",
                        USUAL.with(at(Verb.DATA, 1, late())),
                        c -> begin(c).send(GROUP).replies(3).send(TEXT).replies(1)),
                good(
                        "sends a chunk with its command",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\nBDAT 6 LAST\r\ntext\r\nQUIT\r\n")
                                .replies(4)),
                good(
                        "sends a chunk with its command, without PIPELINING",
                        NO_PIPELINING,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 6\r\ntext\r\n")
                                .replies(1)
                                .dialogue("BDAT 0 LAST", "QUIT")),
                good(
                        "stops when the only recipient is refused",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).send(GROUP).replies(3).dialogue("RSET", "QUIT")),
                good(
                        "sends a lone dot when nobody is left",
                        USUAL.with(at(
                                Verb.RCPT,
                                1,
                                Fault.NONE.withEdit(usual -> dev.boxcar.smtp.Reply.of(550, "5.1.1", "no such user")))),
                        c -> begin(c).send(GROUP)
                                .replies(3)
                                .send(".\r\n")
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "had sent the chunk when the only recipient was refused",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\nBDAT 6 LAST\r\ntext\r\nQUIT\r\n")
                                .replies(4)),
                good(
                        "ends a message that nobody would receive with an empty chunk",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT, "BDAT 0 LAST", "QUIT")),
                good(
                        "sends the chunks to the recipient that is left",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT, OTHER_RCPT)
                                .send("BDAT 6\r\ntext\r\n")
                                .replies(1)
                                .send("BDAT 6 LAST\r\nmore\r\n")
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "had sent another chunk when one was refused",
                        USUAL.with(at(Verb.BDAT, 1, reply(451, "4.3.0"))),
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\nBDAT 6\r\ntext\r\nBDAT 6 LAST\r\nmore\r\n")
                                .replies(4)
                                .dialogue("QUIT")),
                good(
                        "sends the next message after a refused chunk",
                        USUAL.with(at(Verb.BDAT, 1, reply(451, "4.3.0"))),
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 6\r\ntext\r\n")
                                .replies(1)
                                .dialogue("RSET", MAIL, RCPT)
                                .send("BDAT 6 LAST\r\nmore\r\n")
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "tries the next message when DATA is refused",
                        USUAL.with(at(Verb.DATA, 1, reply(451, "4.3.0"))),
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA", "RSET", MAIL, OTHER_RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good(
                        "sends to the recipient that is left",
                        USUAL.with(at(Verb.RCPT, 1, reply(550, "5.1.1"))),
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\n" + OTHER_RCPT + "\r\nDATA\r\n")
                                .replies(4)
                                .send(TEXT)
                                .replies(1)),
                good(
                        "had sent the rest of the group when MAIL was refused",
                        USUAL.with(at(Verb.MAIL, 1, reply(550, "5.7.1"))),
                        c -> begin(c).send(GROUP).replies(3).dialogue("RSET", "QUIT")),
                good(
                        "had sent the rest of the group in other writes",
                        USUAL.with(at(Verb.MAIL, 1, reply(550, "5.7.1"))),
                        c -> begin(c).send(MAIL + "\r\n")
                                .pause(5)
                                .send(RCPT + "\r\n")
                                .pause(5)
                                .send("DATA\r\n")
                                .replies(3)
                                .dialogue("QUIT")),
                good(
                        "says HELO after a refused EHLO",
                        USUAL.with(at(Verb.EHLO, 1, reply(550, "5.7.1"))),
                        c -> begin(c).dialogue("HELO client.example", MAIL, RCPT, "QUIT")),
                good(
                        "repeats EHLO after RSET, and VRFY for another user",
                        USUAL.with(at(Verb.VRFY, 1, reply(550, "5.1.1"))),
                        c -> begin(c).dialogue("RSET", EHLO, "VRFY b", "VRFY c", "QUIT")),
                good(
                        "tries another sender",
                        USUAL.with(at(Verb.MAIL, 1, reply(550, "5.7.1"))),
                        c -> begin(c).dialogue(MAIL, "MAIL FROM:<other@example.com>", RCPT, "RSET", "QUIT")),
                good(
                        "tries a 450 again",
                        USUAL.with(at(Verb.RCPT, 1, reply(450, "4.2.1"))),
                        c -> begin(c).dialogue(MAIL, RCPT, "RSET", MAIL, RCPT, "QUIT")),
                good(
                        "tries a 451 after the dot again",
                        USUAL.with(BadClients.atEnd(1, reply(451, "4.3.0"))),
                        BadClients::sendIdentified,
                        BadClients::sendIdentified),
                good(
                        "cuts its bytes anywhere",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send("one\r")
                                .send("\ntwo\r\n")
                                .send(".\r")
                                .send("\n")
                                .replies(1)),
                good("sends lines of 998 bytes", USUAL, c -> mail(c, ("x".repeat(998) + "\r\n").repeat(2) + ".\r\n")),
                good("sends a stuffed line of 998 bytes", USUAL, c -> mail(c, ".." + "x".repeat(997) + "\r\n.\r\n")),
                good(
                        "declares UTF-8",
                        USUAL,
                        c -> begin(c).dialogue(
                                        "MAIL FROM:<\u00c3\u00a9@example.com> SMTPUTF8 BODY=8BITMIME",
                                        "RCPT TO:<\u00c3\u00a9@x.example>",
                                        "DATA")
                                .send("Subject: \u00c3\u00a9\r\n\r\n\u00c3\u00a9\r\n.\r\n")
                                .replies(1)),
                good(
                        "declares 8-bit content without a header",
                        USUAL,
                        c -> begin(c).dialogue(MAIL + " BODY=8BITMIME", RCPT, "DATA")
                                .send("\u00e9\r\n.\r\n")
                                .replies(1)),
                good(
                        "declares binary content",
                        USUAL,
                        c -> begin(c).dialogue(MAIL + " BODY=BINARYMIME", RCPT)
                                .send("BDAT 6 LAST\r\na\nb\r\u00ff\n")
                                .replies(1)),
                good("stuffs dots", USUAL, c -> mail(c, "..\r\n...\r\n..a\r\n\r\n..\r\n.\r\n")),
                good(
                        "does not stuff dots in a chunk",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT)
                                .send("BDAT 7 LAST\r\n.\r\n.a\r\n")
                                .replies(1)),
                good(
                        "declares the size",
                        USUAL,
                        c -> begin(c).dialogue(MAIL + " SIZE=24", RCPT, "DATA")
                                .send(TEXT)
                                .replies(1)),
                good(
                        "keeps to RCPTMAX in two messages",
                        USUAL.with(Limits.DEFAULTS.withRecipients(2)),
                        c -> begin(c).dialogue(MAIL, RCPT, OTHER_RCPT, "DATA")
                                .send(IDENTIFIED)
                                .replies(1)
                                .dialogue(MAIL, "RCPT TO:<d@example.com>", "RCPT TO:<e@example.com>", "DATA")
                                .send(IDENTIFIED)
                                .replies(1)),
                good(
                        "keeps to MAILMAX in two sessions",
                        USUAL.with(Limits.DEFAULTS.withSessionMessages(1)),
                        c -> mail(c, TEXT),
                        c -> mail(c, "Subject: other\r\n" + TEXT)),
                good(
                        "sends the same text without Message-ID twice, as its user asked",
                        USUAL,
                        c -> mail(c, TEXT),
                        c -> mail(c, TEXT)),
                good(
                        "sends one message to a list in two parts",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send(IDENTIFIED)
                                .replies(1)
                                .dialogue(MAIL, OTHER_RCPT, "DATA")
                                .send(IDENTIFIED)
                                .replies(1)),
                good(
                        "sends a message again whose 250 was lost",
                        USUAL.with(BadClients.atEnd(
                                1, Fault.NONE.withDrop(ConnectionDrop.Point.BEFORE_REPLY, ConnectionDrop.How.FIN))),
                        BadClients::sendIdentified,
                        BadClients::sendIdentified),
                good(
                        "sends a message again after it did not read the 250",
                        USUAL,
                        c -> {
                            begin(c).dialogue(MAIL, RCPT, "DATA").send(IDENTIFIED + "QUIT\r\n");
                            c.pause(60);
                        },
                        BadClients::sendIdentified),
                good(
                        "sends the same message twice in a session, as its user asked",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send(IDENTIFIED)
                                .replies(1)
                                .dialogue(MAIL, RCPT, "DATA")
                                .send(IDENTIFIED)
                                .replies(1)),
                good(
                        "talks before the banner, where PIPECONNECT allows it",
                        USUAL.withPipeConnect(),
                        c -> c.send(EHLO + "\r\n" + GROUP)
                                .replies(5)
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")),
                good("vanishes after EHLO", USUAL, c -> begin(c).reset()),
                good(
                        "vanishes in a command",
                        USUAL,
                        c -> begin(c).send("MAIL FR").reset()),
                good("vanishes in a group", USUAL, c -> begin(c).send(GROUP).reset()),
                good(
                        "vanishes in the text",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA")
                                .send("Subject: a\r\nte")
                                .reset()),
                good(
                        "vanishes after the dot",
                        USUAL,
                        c -> begin(c).dialogue(MAIL, RCPT, "DATA").send(TEXT).close()),
                good(
                        "vanishes in a chunk",
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\n" + RCPT + "\r\nBDAT 100 LAST\r\nte")
                                .replies(2)
                                .close()),
                good(
                        "gives up on a server that does not answer",
                        USUAL.with(at(Verb.RCPT, 1, Fault.NONE.withoutReply())),
                        c -> begin(c).dialogue(MAIL)
                                .send(RCPT + "\r\n")
                                .pause(1100)
                                .send("QUIT\r\n")
                                .replies(1)));
    }

    private static void lockStep(RawClient client) throws Exception {
        begin(client).dialogue(MAIL, RCPT, "DATA").send(TEXT).replies(1).dialogue("QUIT");
    }
}
