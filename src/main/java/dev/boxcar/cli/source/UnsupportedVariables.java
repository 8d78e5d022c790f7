// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Mailpit's environment variables that Boxcar does not honour. Boxcar prints a warning at start for each one that is
 * set, with a reason if this class knows one. A name that ends in an underscore, such as {@code MP_POP3_}, stands for
 * all names that start with it. Immutable; any thread.
 */
public final class UnsupportedVariables {
    private static final SortedMap<String, String> REASONS =
            Collections.unmodifiableSortedMap(new TreeMap<>(Map.ofEntries(
                    Map.entry(
                            "MP_SMTP_IGNORE_REJECTED_RECIPIENTS",
                            "a refused recipient gets 550, see --allow-recipients"),
                    Map.entry("MP_IGNORE_DUPLICATE_IDS", "messages with a duplicate Message-ID are kept"),
                    Map.entry("MP_SEND_API_AUTH", "the API for sending uses the accounts of --ui-auth"),
                    Map.entry("MP_ENABLE_PROMETHEUS", "/metrics is always available, on the web port only"),
                    Map.entry("MP_WEBHOOK_LIMIT", "the webhook is called for every message, one at a time"),
                    Map.entry("MP_COMPRESSION", "messages are stored as they arrived"),
                    Map.entry("MP_LOG_FILE", "the log goes to standard error"),
                    Map.entry("MP_SMTP_RELAY_CONFIG", "see --release-to and the other --release options"),
                    Map.entry(
                            "MP_SMTP_RELAY_SECRET",
                            "CRAM-MD5 is not supported for released messages, see --release-auth"),
                    Map.entry("MP_SMTP_RELAY_OVERRIDE_FROM", "a released message keeps its From"),
                    Map.entry("MP_SMTP_FORWARD_CONFIG", "see --forward-server and the other --forward options"),
                    Map.entry(
                            "MP_SMTP_FORWARD_SECRET",
                            "CRAM-MD5 is not supported for forwarded messages, see --forward-auth"),
                    Map.entry("MP_SMTP_FORWARD_OVERRIDE_FROM", "a forwarded message keeps its From"),
                    Map.entry("MP_TAGS_DISABLE", "tags come from X-Tags fields, plus addresses, filters and the API"),
                    Map.entry("MP_TAGS_TITLE_CASE", "tags keep their case"),
                    Map.entry("MP_TAGS_USERNAME", "see --namespaces"),
                    Map.entry("MP_POP3_", "see --pop3, --pop3s and --auth-file"),
                    Map.entry("MP_TENANT_ID", "see --namespaces"),
                    Map.entry("MP_USE_MESSAGE_DATES", "messages are listed in the order in which they arrived"))));

    /** They ask for what Boxcar does anyway: it looks up no client names and never asks for a newer version. */
    private static final Set<String> NOTHING_TO_DO = Set.of("MP_SMTP_DISABLE_RDNS", "MP_DISABLE_VERSION_CHECK");

    private UnsupportedVariables() {}

    /** One warning for each unsupported variable that is set, in the order of their names. */
    public static List<String> warnings(Map<String, String> environment) {
        var lines = new ArrayList<String>();
        Set<String> supported = new HashSet<>(NOTHING_TO_DO);
        MailpitVariables.namesByOption().values().forEach(supported::addAll);
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith("MP_") && isSet(name, value)) {
                String known = known(name);
                String problem = supported.contains(name)
                        ? problem(name, value)
                        : known.isEmpty() ? " is not supported" : " is not supported: " + REASONS.get(known);
                if (!problem.isEmpty()) {
                    lines.add(name + problem);
                }
            }
        });
        return lines;
    }

    /** Why a supported variable has a value that is not honoured; empty if it is. */
    private static String problem(String name, String value) {
        if (name.equals("MP_DATABASE") && value.contains("://")) {
            return ": remote databases are not supported, see --spool";
        }
        if (name.matches("MP_SMTP_(RELAY|FORWARD)_AUTH")
                && value.toLowerCase(Locale.ROOT).contains("md5")) {
            return ": CRAM-MD5 is not supported for released messages, see --release-auth";
        }
        if (name.equals("MP_ENABLE_SPAMASSASSIN") && !MailpitVariables.isSpamd(value)) {
            return ": only the address of a spamd is supported, see --spamd";
        }
        return "";
    }

    /** The text of the warning for each name or prefix, sorted by name. */
    public static SortedMap<String, String> reasons() {
        return REASONS;
    }

    private static String known(String name) {
        for (String known : REASONS.keySet()) {
            boolean isPrefix = known.endsWith("_") || known.equals("MP_SEND_API_AUTH");
            if (name.equals(known) || (isPrefix && name.startsWith(known))) {
                return known;
            }
        }
        return "";
    }

    /** A value such as false needs no warning. Nor does Prometheus on the web port, because Boxcar always serves it. */
    private static boolean isSet(String name, String value) {
        boolean no = List.of("", "0", "false", "no").contains(value.strip().toLowerCase(Locale.ROOT));
        return !no && !(name.equals("MP_ENABLE_PROMETHEUS") && !value.contains(":"));
    }
}
