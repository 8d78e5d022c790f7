// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static dev.boxcar.lab.script.Match.auth;
import static dev.boxcar.lab.script.Match.bdat;
import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.quit;
import static dev.boxcar.lab.script.Match.rcpt;
import static dev.boxcar.lab.script.Match.starttls;
import static dev.boxcar.lab.suite.CaseScripts.dataOnly;
import static dev.boxcar.lab.suite.CaseScripts.on;
import static dev.boxcar.lab.suite.SuiteCase.delivery;
import static dev.boxcar.lab.suite.SuiteCase.result;

import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.lab.suite.SuiteCase.Buffers;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import dev.boxcar.lab.suite.SuiteCase.Focus;
import java.time.Duration;
import java.util.List;

/** The cases in which the connection ends too early, or data stays in it. */
final class ConnectionCases {
    /** How long a slow server takes. */
    private static final Duration SLOW = Duration.ofSeconds(1);
    /** More than the buffers that a system has for a connection: about 4 MB in Linux. */
    private static final int LARGE_BYTES = 6_000_000;
    /** The text of a line that has 512 bytes with code, status and CRLF (RFC 5321 §4.5.3.1.5). */
    private static final int REPLY_LINE = 500;

    private ConnectionCases() {}

    /** The connection ends at each place. */
    static List<SuiteCase> drops() {
        return List.of(
                drop("drop-banner", "instead of the banner", connect(), Drop.Point.BEFORE_REPLY, Drop.How.FIN),
                drop("drop-ehlo", "instead of the reply to EHLO", ehlo(), Drop.Point.BEFORE_REPLY, Drop.How.RST),
                drop(
                        "drop-starttls",
                        "instead of the reply to STARTTLS",
                        starttls(),
                        Drop.Point.BEFORE_REPLY,
                        Drop.How.FIN),
                result(
                        "drop-handshake",
                        "the connection ends during the TLS handshake",
                        on(starttls()).tls(TlsFault.CUT)),
                drop("drop-auth", "instead of the reply to AUTH", auth(), Drop.Point.BEFORE_REPLY, Drop.How.FIN),
                drop("drop-mail", "instead of the reply to MAIL", mail(), Drop.Point.BEFORE_REPLY, Drop.How.FIN),
                drop("drop-rcpt", "instead of the reply to RCPT", rcpt(), Drop.Point.BEFORE_REPLY, Drop.How.RST),
                drop("drop-in-reply", "within the reply to RCPT", rcpt(), Drop.Point.IN_REPLY, Drop.How.FIN),
                result(
                        "drop-data",
                        "the connection ends instead of the 354 (FIN)",
                        dataOnly().on(data()).drop(Drop.Point.BEFORE_REPLY, Drop.How.FIN)),
                drop(
                                "drop-bdat",
                                "instead of the reply to a chunk",
                                bdat().nth(1),
                                Drop.Point.BEFORE_REPLY,
                                Drop.How.RST)
                        .withMessageOf(RefusalCases.CHUNKED_BYTES),
                drop("drop-body", "while the message comes", end(), Drop.Point.IN_BODY, Drop.How.FIN),
                drop("reset-body", "while the message comes", end(), Drop.Point.IN_BODY, Drop.How.RST),
                SuiteCase.of(
                        "drop-quit",
                        "the connection ends instead of the reply to QUIT (RST)",
                        on(quit()).drop(Drop.Point.BEFORE_REPLY, Drop.How.RST),
                        Expected.DELIVERY_WITH_ANY_STATUS));
    }

    /** The client does not learn that the server has the message. */
    static List<SuiteCase> lostReplies() {
        return List.of(
                result(
                                "lost-reply",
                                "the connection ends between the message and its reply, once (FIN)",
                                once(end(), Drop.How.FIN))
                        .about(Focus.LOST_REPLY),
                result(
                                "lost-reply-reset",
                                "the connection ends between the message and its reply, once (RST)",
                                once(end(), Drop.How.RST))
                        .about(Focus.LOST_REPLY));
    }

    private static SuiteCase drop(String name, String place, Match match, Drop.Point point, Drop.How how) {
        return result(
                name,
                "the connection ends " + place + " (" + how.name() + ")",
                on(match).drop(point, how));
    }

    private static Script once(Match match, Drop.How how) {
        return on(match).drop(Drop.Point.BEFORE_REPLY, how).times(1);
    }

    /** The server does not read, or does not write. */
    static List<SuiteCase> stalls() {
        return List.of(
                delivery(
                                "deaf-after-mail",
                                "the server reads nothing for 1 s after MAIL, and the message is large",
                                on(mail()).stopReading(SLOW))
                        .about(Focus.STALL)
                        .withMessageOf(LARGE_BYTES)
                        .with(Buffers.TINY),
                delivery(
                                "deaf-after-data",
                                "the server reads nothing for 1 s after DATA, and the message is large",
                                dataOnly().on(data()).stopReading(SLOW))
                        .about(Focus.STALL)
                        .withMessageOf(LARGE_BYTES)
                        .with(Buffers.TINY),
                result(
                                "full-windows",
                                "the replies to MAIL and RCPT are very long, and the server reads nothing until they are taken",
                                on(mail()).reply(longReply("2.1.0")).on(rcpt()).reply(longReply("2.1.5")))
                        .about(Focus.FULL_WINDOWS)
                        .withMessageOf(LARGE_BYTES)
                        .needing(3)
                        .with(Buffers.TINY),
                delivery(
                                "mute",
                                "the server writes nothing for 1 s after the first RCPT",
                                on(rcpt().nth(1)).delay(SLOW))
                        .about(Focus.STALL));
    }

    /** About 50 kB, which most clients take; four of them are more than buffers and the server's high-water mark. */
    private static ScriptedReply longReply(String status) {
        return ScriptedReply.of(250, status, "a".repeat(REPLY_LINE)).withLines(ScriptedReply.MAX_LINES);
    }
}
