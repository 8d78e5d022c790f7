// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The levels of TLS: that of all mail, and those of single next hops in {@code smtp_tls_policy_maps}. One thread. */
final class PostfixTlsPolicies {
    private static final String LEVEL = "smtp_tls_security_level";
    private static final String MAPS = "smtp_tls_policy_maps";

    private final RelaySettings settings;
    private final String postfixLevel;
    private final String level;
    private final Map<String, String> policies = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    PostfixTlsPolicies(PostfixParameters postfix, RelaySettings settings) throws IOException {
        this.settings = settings;
        String text = postfix.text(LEVEL);
        this.postfixLevel = !text.isEmpty()
                ? text
                : postfix.isYes("smtp_enforce_tls") ? "encrypt" : postfix.isYes("smtp_use_tls") ? "may" : "none";
        this.level = level(LEVEL, postfixLevel);
        for (String reference : postfix.tables(MAPS)) {
            PostfixTable table = PostfixTable.read(reference);
            if (table != null) {
                table.entries().forEach(policies::putIfAbsent);
            } else {
                settings.note(MAPS, "cannot read the text of " + PostfixTable.shown(reference));
            }
        }
    }

    private String level(String parameter, String text) {
        return switch (text) {
            case "none" -> "none";
            case "may" -> "opportunistic";
            case "encrypt" -> "required";
            case "verify", "secure" -> "verified";
            default -> {
                settings.note(parameter, text + " became required");
                yield "required";
            }
        };
    }

    /** The level of a smarthost: that of its first next hop which has one of its own, or else that of all mail. */
    String of(List<String> nextHops) {
        for (String nextHop : nextHops) {
            String destination = nextHop.toLowerCase(Locale.ROOT);
            String bare = destination.replaceAll("[\\[\\]]|:[^:\\]]*$", "");
            for (String key : List.of(destination, bare, PostfixTable.ANY)) {
                if (policies.containsKey(key)) {
                    used.add(key);
                    return level(MAPS, policies.get(key).split("\\s+", 2)[0]);
                }
            }
        }
        return level;
    }

    /** Notes what is not carried over. {@code usesMx} says whether a route goes by MX records. */
    void note(boolean usesMx) {
        policies.forEach((key, policy) -> {
            if (!used.contains(key)) {
                settings.note(MAPS, key + " " + policy + ": only smarthosts have a level of TLS");
            }
        });
        if (!usesMx) {
            return;
        }
        if (postfixLevel.contains("dane")) {
            settings.setText("dnssec", "resolver");
            settings.note(LEVEL, "DANE needs a name server on this machine or close to it that validates DNSSEC");
        } else if (!Objects.equals(level, "none") && !Objects.equals(level, "opportunistic")) {
            settings.note(
                    LEVEL,
                    "to the servers of MX records, the relay uses TLS where it is offered; use --mta-sts or --dnssec");
        }
    }
}
