// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static dev.boxcar.lab.script.Match.ehlo;

import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Script;

/** How the scripts of the cases begin. */
final class CaseScripts {
    private CaseScripts() {}

    /** A script for every session whose first rule has this match. */
    static Script on(Match match) {
        return Script.everySession().on(match);
    }

    /** Clients that use BDAT if it is offered must use DATA. */
    static Script dataOnly() {
        return on(ehlo()).hide("CHUNKING", "BINARYMIME");
    }

    /** A 421, after which the connection ends. */
    static Script closing(Match match) {
        return on(match).reply(421, "4.3.2", "not now").drop(Drop.Point.AFTER_REPLY, Drop.How.FIN);
    }
}
