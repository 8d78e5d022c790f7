// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static dev.boxcar.lab.script.Match.auth;
import static dev.boxcar.lab.script.Match.bdat;
import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.helo;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.quit;
import static dev.boxcar.lab.script.Match.rcpt;
import static dev.boxcar.lab.script.Match.starttls;

import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.NumberRange;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.lab.suite.SuiteCase.Buffers;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import dev.boxcar.lab.suite.SuiteCase.Focus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The cases of the suite, in the order in which they run. */
public final class SuiteCatalog {
    /** The case without faults, with which others are compared. */
    public static final SuiteCase PLAIN =
            SuiteCase.of("plain", "a normal server", Script.everySession(), Expected.DELIVERY);

    /** How long a slow server takes. */
    private static final Duration SLOW = Duration.ofSeconds(1);
    /** What the server offers in {@code small-size}; the message of the suite is larger. */
    private static final int SMALL_SIZE = 2_000;

    private static final int MANY_LINES = 3;
    /** More than the buffers that a system has for a connection: about 4 MB in Linux. */
    private static final int LARGE_BYTES = 6_000_000;
    /** Enough for several chunks. */
    private static final int CHUNKED_BYTES = 200_000;
    /** The text of a line that has 512 bytes with code, status and CRLF (RFC 5321 §4.5.3.1.5). */
    private static final int REPLY_LINE = 500;

    private SuiteCatalog() {}

    /** All cases. */
    public static List<SuiteCase> all() {
        return Stream.of(
                        List.of(PLAIN),
                        slow(),
                        capabilities(),
                        refusals(),
                        framings(),
                        shutdowns(),
                        drops(),
                        lostReplies(),
                        stalls())
                .flatMap(List::stream)
                .toList();
    }

    private static List<SuiteCase> slow() {
        return List.of(
                delivery("slow-banner", "the banner is 1 s late", on(connect()).delay(SLOW)),
                delivery(
                        "slow-mail", "the reply to MAIL is 1 s late", on(mail()).delay(SLOW)),
                delivery(
                        "slow-354", "the 354 is 1 s late", dataOnly().on(data()).delay(SLOW)));
    }

    private static List<SuiteCase> capabilities() {
        return List.of(
                delivery(
                        "no-pipelining", "PIPELINING is not offered", on(ehlo()).hide("PIPELINING")),
                delivery(
                        "no-pipelining-in-tls",
                        "PIPELINING is offered before STARTTLS but not after it",
                        on(ehlo().insideTls()).hide("PIPELINING")),
                delivery("no-8bitmime", "8BITMIME is not offered", on(ehlo()).preset(Preset.NO_8BITMIME)),
                result("helo-only", "EHLO is unknown, HELO works", on(ehlo()).preset(Preset.OLD_SERVER)),
                result(
                                "small-size",
                                "SIZE " + SMALL_SIZE + " is offered, and the message is larger",
                                on(ehlo())
                                        .hide("SIZE")
                                        .add("SIZE " + SMALL_SIZE)
                                        .on(mail().size(SMALL_SIZE + 1))
                                        .reply(552, "5.3.4", "message too large")
                                        .on(end().size(SMALL_SIZE + 1))
                                        .reply(552, "5.3.4", "message too large"))
                        .about(Focus.LIMIT),
                result(
                                "rcptmax",
                                "LIMITS RCPTMAX=2 is offered, and the message has more recipients",
                                on(ehlo())
                                        .add("LIMITS RCPTMAX=2")
                                        .on(rcpt().nth(NumberRange.from(3)))
                                        .reply(452, "4.5.3", "too many recipients"))
                        .about(Focus.LIMIT)
                        .needing(3),
                result(
                                "mailmax",
                                "LIMITS MAILMAX=1 RCPTMAX=2 is offered, and the message has more recipients",
                                on(ehlo())
                                        .add("LIMITS MAILMAX=1 RCPTMAX=2")
                                        .on(rcpt().nth(NumberRange.from(3)))
                                        .reply(452, "4.5.3", "too many recipients")
                                        .on(mail().nth(NumberRange.from(2)))
                                        .reply(452, "4.5.3", "too many messages"))
                        .about(Focus.LIMIT)
                        .needing(3));
    }

    private static List<SuiteCase> refusals() {
        Script noHello = on(ehlo()).reply(550, "5.7.1", "not you").on(helo()).reply(550, "5.7.1", "not you");
        return List.of(
                result("banner-421", "the banner is 421", closing(connect())),
                result("banner-554", "the banner is 554", on(connect()).reply(554, "5.7.1", "not you")),
                result("ehlo-550", "EHLO and HELO are refused", noHello),
                refusal("starttls-454", "STARTTLS", starttls(), 454),
                refusal("auth-454", "AUTH", auth(), 454),
                refusal("auth-535", "AUTH", auth(), 535),
                refusal("mail-451", "MAIL", mail(), 451),
                refusal("mail-550", "MAIL", mail(), 550),
                refusal("rcpt-first-450", "the first recipient", rcpt().nth(1), 450)
                        .needing(3),
                refusal("rcpt-middle-550", "the second recipient", rcpt().nth(2), 550)
                        .needing(3),
                refusal("rcpt-last-550", "the last recipient", rcpt().nth(3), 550)
                        .needing(3),
                refusal("rcpt-all-450", "every recipient", rcpt(), 450),
                refusal("rcpt-all-550", "every recipient", rcpt(), 550),
                result(
                        "rcpt-all-354",
                        "every recipient is refused with 550, but DATA gets 354",
                        dataOnly()
                                .on(rcpt())
                                .reply(ScriptedReply.of(550, "5.1.1", "no such user")
                                        .carriedOut())
                                .on(end())
                                .reply(554, "5.5.1", "no valid recipients")),
                refusedData("data-451", 451),
                refusedData("data-554", 554),
                refusal("bdat-451", "the first of several chunks", bdat().nth(1), 451)
                        .withMessageOf(CHUNKED_BYTES),
                refusal("bdat-554", "the first of several chunks", bdat().nth(1), 554)
                        .withMessageOf(CHUNKED_BYTES),
                refusal("end-451", "the message", end(), 451),
                refusal("end-554", "the message", end(), 554));
    }

    private static SuiteCase refusal(String name, String what, Match match, int code) {
        String status = code / 100 + ".0.0";
        return result(name, what + " is refused with " + code, on(match).reply(code, status, "refused by the suite"));
    }

    private static SuiteCase refusedData(String name, int code) {
        String status = code / 100 + ".0.0";
        return result(
                name,
                "DATA is refused with " + code,
                dataOnly().on(data()).reply(code, status, "refused by the suite"));
    }

    /** Clients that use BDAT if it is offered must use DATA. */
    private static Script dataOnly() {
        return on(ehlo()).hide("CHUNKING", "BINARYMIME");
    }

    private static List<SuiteCase> framings() {
        Script lines = on(mail())
                .reply(ScriptedReply.of(250, "2.1.0", "sender").withLines(MANY_LINES))
                .on(rcpt())
                .reply(ScriptedReply.of(250, "2.1.5", "recipient").withLines(MANY_LINES));
        return List.of(
                framing("bytes", "each octet of the replies comes by itself", everywhere(Framing.BYTE_BY_BYTE)),
                framing("glued", "replies come together", everywhere(Framing.GLUED)),
                framing("separate", "each reply comes by itself", everywhere(Framing.SEPARATE)),
                framing("cr-lf", "the CR and the LF of a line come apart", everywhere(Framing.CR_LF)),
                framing("split-5", "replies come in pieces of five octets", everywhere(Framing.split(5))),
                framing("many-lines", "the replies to MAIL and RCPT have three lines", lines));
    }

    private static Script everywhere(Framing framing) {
        return on(connect())
                .framing(framing)
                .on(line())
                .framing(framing)
                .on(end())
                .framing(framing);
    }

    private static List<SuiteCase> shutdowns() {
        return List.of(
                shutdown("ehlo-421", "EHLO", ehlo()),
                shutdown("starttls-421", "STARTTLS", starttls()),
                shutdown("auth-421", "AUTH", auth()),
                shutdown("mail-421", "MAIL", mail()),
                shutdown("rcpt-421", "RCPT", rcpt()),
                result(
                        "data-421",
                        "DATA is answered 421, and the connection ends",
                        dataOnly()
                                .on(data())
                                .reply(421, "4.3.2", "not now")
                                .drop(Drop.Point.AFTER_REPLY, Drop.How.FIN)),
                shutdown("bdat-421", "the first of several chunks", bdat().nth(1))
                        .withMessageOf(CHUNKED_BYTES),
                shutdown("end-421", "the message", end()),
                SuiteCase.of(
                        "quit-421",
                        "QUIT is answered 421, and the connection ends",
                        closing(quit()),
                        Expected.DELIVERY_WITH_ANY_STATUS));
    }

    private static SuiteCase shutdown(String name, String what, Match match) {
        return result(name, what + " is answered 421, and the connection ends", closing(match));
    }

    private static List<SuiteCase> drops() {
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
                        .withMessageOf(CHUNKED_BYTES),
                drop("drop-body", "while the message comes", end(), Drop.Point.IN_BODY, Drop.How.FIN),
                drop("reset-body", "while the message comes", end(), Drop.Point.IN_BODY, Drop.How.RST),
                SuiteCase.of(
                        "drop-quit",
                        "the connection ends instead of the reply to QUIT (RST)",
                        on(quit()).drop(Drop.Point.BEFORE_REPLY, Drop.How.RST),
                        Expected.DELIVERY_WITH_ANY_STATUS));
    }

    private static List<SuiteCase> lostReplies() {
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

    private static List<SuiteCase> stalls() {
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

    private static SuiteCase delivery(String name, String about, Script script) {
        return SuiteCase.of(name, about, script, Expected.DELIVERY);
    }

    private static SuiteCase result(String name, String about, Script script) {
        return SuiteCase.of(name, about, script, Expected.RESULT);
    }

    private static SuiteCase framing(String name, String about, Script script) {
        return delivery(name, about, script).about(Focus.FRAMING);
    }

    private static Script closing(Match match) {
        return on(match).reply(421, "4.3.2", "not now").drop(Drop.Point.AFTER_REPLY, Drop.How.FIN);
    }

    private static Script on(Match match) {
        return Script.everySession().on(match);
    }
}
