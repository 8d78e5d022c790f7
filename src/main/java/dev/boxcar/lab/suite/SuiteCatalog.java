// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.rcpt;
import static dev.boxcar.lab.suite.CaseScripts.dataOnly;
import static dev.boxcar.lab.suite.CaseScripts.on;
import static dev.boxcar.lab.suite.SuiteCase.delivery;
import static dev.boxcar.lab.suite.SuiteCase.result;

import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.NumberRange;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import dev.boxcar.lab.suite.SuiteCase.Focus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cases of the suite, in the order in which they run. Those with 8-bit text run only if they are named: see
 * {@link SuiteCase#runsByDefault}.
 */
public final class SuiteCatalog {
    /** The case without faults, with which others are compared. */
    public static final SuiteCase PLAIN =
            SuiteCase.of("plain", "a normal server", Script.everySession(), Expected.DELIVERY);

    /** How long a slow server takes. */
    private static final Duration SLOW = Duration.ofSeconds(1);
    /** What the server offers in {@code small-size}; the message of the suite is larger. */
    private static final int SMALL_SIZE = 2_000;

    private static final int MANY_LINES = 3;

    private SuiteCatalog() {}

    /** All cases. */
    public static List<SuiteCase> all() {
        return Stream.of(
                        List.of(PLAIN),
                        slow(),
                        capabilities(),
                        eightBit(),
                        RefusalCases.refusals(),
                        framings(),
                        RefusalCases.shutdowns(),
                        ConnectionCases.drops(),
                        ConnectionCases.lostReplies(),
                        ConnectionCases.stalls())
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

    private static List<SuiteCase> eightBit() {
        return List.of(
                delivery("eight-bit", "the message has 8-bit text, and 8BITMIME is offered", Script.everySession())
                        .with(SuiteCase.Text.EIGHT_BIT),
                result(
                                "eight-bit-not-offered",
                                "the message has 8-bit text, and 8BITMIME is not offered",
                                on(ehlo()).preset(Preset.NO_8BITMIME))
                        .with(SuiteCase.Text.EIGHT_BIT));
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

    private static SuiteCase framing(String name, String about, Script script) {
        return delivery(name, about, script).about(Focus.FRAMING);
    }
}
