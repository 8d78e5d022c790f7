// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.StsPolicy.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the text of a policy (RFC 8461 §3.2). */
final class StsPolicyText {
    private static final long MAX_AGE_SECONDS = 31_557_600;
    /** Each policy is kept in memory for its max_age. */
    private static final int MAX_SERVERS = 100;

    /** RFC 1035 §2.3.4, and a wildcard before it. */
    private static final int MAX_HOST = 255;

    private static final Pattern AGE = Pattern.compile("[0-9]{1,10}");
    private static final Pattern HOST =
            Pattern.compile("(?:\\*\\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*");

    private StsPolicyText() {}

    /**
     * The policy. Unknown keys are ignored, and of a key that is repeated the first counts, except {@code mx}.
     *
     * @throws IOException if the text is not a valid policy; its message says why
     */
    static StsPolicy parse(String text) throws IOException {
        Map<String, String> fields = new HashMap<>();
        List<String> patterns = new ArrayList<>();
        for (String line : text.split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                if (line.isBlank()) {
                    continue;
                }
                throw new IOException("the policy has a line without a colon");
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            if (key.equals("mx")) {
                patterns.add(pattern(value));
            } else {
                fields.putIfAbsent(key, value);
            }
        }
        if (!"STSv1".equals(fields.get("version"))) {
            throw new IOException("the policy has no version STSv1");
        }
        Mode mode = mode(fields.getOrDefault("mode", ""));
        if (patterns.size() > MAX_SERVERS) {
            throw new IOException("the policy names more than " + MAX_SERVERS + " mail servers");
        }
        if (patterns.isEmpty() && mode != Mode.NONE) {
            throw new IOException("the policy names no mail server");
        }
        return new StsPolicy(mode, patterns, maxAge(fields.getOrDefault("max_age", "")));
    }

    private static String pattern(String value) throws IOException {
        String pattern = value.toLowerCase(Locale.ROOT);
        if (pattern.length() > MAX_HOST || !HOST.matcher(pattern).matches()) {
            throw new IOException("the policy has an invalid mx");
        }
        return pattern;
    }

    static Mode mode(String value) throws IOException {
        for (Mode mode : Mode.values()) {
            if (mode.text().equals(value)) {
                return mode;
            }
        }
        throw new IOException("the policy has no valid mode");
    }

    private static Duration maxAge(String value) throws IOException {
        if (!AGE.matcher(value).matches()) {
            throw new IOException("the policy has no valid max_age");
        }
        return Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_AGE_SECONDS));
    }
}
