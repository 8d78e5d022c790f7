// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.smtp.sasl.Mechanism;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The lines of the reply to CAPA (RFC 2449 §5). */
final class CapabilityList {
    private CapabilityList() {}

    /** What the server can do after the log-in. */
    static List<String> afterLogin() {
        boolean startTls = false;
        return lines(Set.of(), startTls);
    }

    /**
     * What the server can do before the log-in.
     *
     * @param mechanisms the mechanisms of AUTH that are offered
     * @param startTls whether STLS is offered
     */
    static List<String> lines(Set<Mechanism> mechanisms, boolean startTls) {
        var lines = new ArrayList<>(List.of("TOP", "UIDL", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"));
        if (mechanisms.contains(Mechanism.PLAIN)) {
            lines.add("USER");
        }
        if (!mechanisms.isEmpty()) {
            lines.add("SASL " + mechanisms.stream().map(Mechanism::keyword).collect(Collectors.joining(" ")));
        }
        if (startTls) {
            lines.add("STLS");
        }
        lines.add("IMPLEMENTATION Boxcar");
        return lines;
    }
}
