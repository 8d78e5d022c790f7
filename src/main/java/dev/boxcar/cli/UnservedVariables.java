// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mailpit's environment variables that ask for something that is not done here: each is answered by one line at the
 * start, so that nobody relies on it. A variable's front, as {@code MP_POP3_}, stands for all that begin so. Immutable;
 * any thread.
 */
final class UnservedVariables {
    private static final Map<String, String> REASONS = new TreeMap<>(Map.ofEntries(
            Map.entry("MP_SMTP_IGNORE_REJECTED_RECIPIENTS", "they are answered 550, see --allow-recipients"),
            Map.entry("MP_IGNORE_DUPLICATE_IDS", "every message is kept"),
            Map.entry("MP_SEND_API_AUTH", "--ui-auth is asked for sending, too"),
            Map.entry("MP_ENABLE_PROMETHEUS", "/metrics is always served, beside the page and nowhere else"),
            Map.entry("MP_WEBHOOK_LIMIT", "messages are announced one at a time, and none is left out"),
            Map.entry("MP_LOG_FILE", "the log goes to standard error"),
            Map.entry("MP_TAG", "tags come from the field X-Tags, from plus signs in addresses, and from the API"),
            Map.entry("MP_SMTP_RELAY_CONFIG", "see --release-to and the options beside it"),
            Map.entry("MP_SMTP_RELAY_SECRET", "a password is taken, see --release-auth"),
            Map.entry("MP_SMTP_RELAY_OVERRIDE_FROM", "a released message keeps its From"),
            Map.entry("MP_SMTP_RELAY_ALL", "nothing is passed on unless it is asked for, message by message"),
            Map.entry("MP_SMTP_RELAY_MATCHING", "nothing is passed on unless it is asked for, message by message"),
            Map.entry("MP_SMTP_FORWARD_", "nothing is passed on unless it is asked for, message by message"),
            Map.entry("MP_POP3_", "there is no POP3"),
            Map.entry("MP_ENABLE_SPAMASSASSIN", "there is no SpamAssassin"),
            Map.entry("MP_TENANT_ID", "see --namespaces"),
            Map.entry("MP_USE_MESSAGE_DATES", "messages are listed as they came")));

    private UnservedVariables() {}

    /** A line for each variable that asks for something that is not done, in the order of their names. */
    static List<String> complaints(Map<String, String> environment) {
        var lines = new ArrayList<String>();
        new TreeMap<>(environment).forEach((name, value) -> {
            String known = known(name);
            if (!known.isEmpty() && asks(name, value)) {
                lines.add(name + " is not served: " + REASONS.get(known));
            }
        });
        return lines;
    }

    /** The names, and fronts of names, that are known. */
    static List<String> names() {
        return List.copyOf(REASONS.keySet());
    }

    private static String known(String name) {
        for (String known : REASONS.keySet()) {
            boolean family = known.endsWith("_") || known.equals("MP_TAG") || known.equals("MP_SEND_API_AUTH");
            if (name.equals(known) || (family && name.startsWith(known))) {
                return known;
            }
        }
        return "";
    }

    /** What says no asks for nothing, nor does Prometheus where it is to be beside the page. */
    private static boolean asks(String name, String value) {
        boolean no = List.of("", "0", "false", "no").contains(value.strip().toLowerCase(Locale.ROOT));
        return !no && !(name.equals("MP_ENABLE_PROMETHEUS") && !value.contains(":"));
    }
}
