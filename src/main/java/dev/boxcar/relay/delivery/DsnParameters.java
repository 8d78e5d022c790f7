// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.smtp.parameter.DeliverBy;
import dev.boxcar.smtp.parameter.Parameters;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Picks the parameters that are passed on to a server that offers their extension (RFC 3461 §5.2.1), as they came. */
final class DsnParameters {
    private DsnParameters() {}

    /**
     * RET and ENVID; MT-PRIORITY, which a server passes on as it came (RFC 6710 §4.3); and BY with the time that is
     * left (RFC 2852 §4.1).
     *
     * @param age how long ago the message was accepted
     */
    static String ofSender(Parameters mail, Duration age) {
        String picked = pick(mail, List.of("RET", "ENVID", "MT-PRIORITY"));
        String by = deliverBy(mail.deliverBy(), age.toSeconds());
        return picked.isEmpty() || by.isEmpty() ? picked + by : picked + " " + by;
    }

    private static String deliverBy(@Nullable DeliverBy by, long ageSeconds) {
        if (by == null) {
            return "";
        }
        boolean isReturned = by.mode() == DeliverBy.Mode.RETURN;
        long left = by.seconds() - Math.max(0, ageSeconds);
        left = isReturned ? Math.max(1, left) : left; // R with no time left would be malformed
        return "BY=" + left + (isReturned ? ";R" : ";N") + (by.trace() ? "T" : "");
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
