// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.smtp.parameter.Parameters;
import java.util.List;
import java.util.Locale;

/** Picks the parameters that are passed on to a server that offers their extension (RFC 3461 §5.2.1), as they came. */
final class DsnParameters {
    private DsnParameters() {}

    /** RET and ENVID, and MT-PRIORITY, which a server passes on as it came (RFC 6710 §4.3). */
    static String ofSender(Parameters mail) {
        return pick(mail, List.of("RET", "ENVID", "MT-PRIORITY"));
    }

    /** NOTIFY and ORCPT. */
    static String ofRecipient(Parameters rcpt) {
        return pick(rcpt, List.of("NOTIFY", "ORCPT"));
    }

    private static String pick(Parameters parameters, List<String> keywords) {
        var picked = new StringBuilder();
        for (String parameter : parameters.toString().split(" ", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && keywords.contains(parameter.substring(0, equals).toUpperCase(Locale.ROOT))) {
                picked.append(picked.isEmpty() ? "" : " ").append(parameter);
            }
        }
        return picked.toString();
    }
}
