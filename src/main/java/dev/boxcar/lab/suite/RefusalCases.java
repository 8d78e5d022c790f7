// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static dev.boxcar.lab.script.Match.auth;
import static dev.boxcar.lab.script.Match.bdat;
import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.helo;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.quit;
import static dev.boxcar.lab.script.Match.rcpt;
import static dev.boxcar.lab.script.Match.starttls;
import static dev.boxcar.lab.suite.CaseScripts.closing;
import static dev.boxcar.lab.suite.CaseScripts.dataOnly;
import static dev.boxcar.lab.suite.CaseScripts.on;
import static dev.boxcar.lab.suite.SuiteCase.result;

import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import java.util.List;

/** The cases in which the server refuses something, or ends the session with 421. */
final class RefusalCases {
    /** Enough for several chunks. */
    static final int CHUNKED_BYTES = 200_000;

    private RefusalCases() {}

    /** A refusal at each place. */
    static List<SuiteCase> refusals() {
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

    /** The server ends the session with 421 at each place. */
    static List<SuiteCase> shutdowns() {
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
}
