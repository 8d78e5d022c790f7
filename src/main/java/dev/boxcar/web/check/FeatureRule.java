// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a feature of caniemail occurs in a message. Immutable.
 *
 * @param slug the feature
 * @param kind the kind of place
 * @param argument a selector, names, or a regular expression, depending on the kind
 * @param pattern the argument as a regular expression, for the kinds that have one
 */
record FeatureRule(String slug, Kind kind, String argument, Pattern pattern) {
    private static final Pattern NOTHING = Pattern.compile("(?!)");

    /** Kinds of places; {@code rules.txt} explains them. */
    enum Kind {
        SELECT,
        IMAGE,
        PROPERTY,
        VALUE,
        AT,
        PSEUDO,
        SELECTOR,
        COMMENT,
        DOCTYPE,
        NESTING,
        TEXT;

        private boolean hasPattern() {
            return this == IMAGE || this == VALUE || this == SELECTOR || this == TEXT;
        }
    }

    /** All rules. */
    static List<FeatureRule> all() throws IOException {
        var rules = new ArrayList<FeatureRule>();
        try (InputStream in = FeatureRule.class.getResourceAsStream("rules.txt")) {
            if (in == null) {
                throw new IllegalStateException("rules.txt is missing from the jar");
            }
            var lines = new BufferedReader(new InputStreamReader(in, UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    rules.add(of(line));
                }
            }
        }
        return List.copyOf(rules);
    }

    private static FeatureRule of(String line) {
        String[] words = line.split("\t", 3);
        Kind kind = Kind.valueOf(words[1].toUpperCase(Locale.ROOT));
        Pattern pattern = NOTHING;
        if (kind.hasPattern()) {
            pattern = Pattern.compile(words[2], Pattern.CASE_INSENSITIVE);
        } else if (kind == Kind.AT && words[2].indexOf(' ') > 0) {
            pattern = Pattern.compile(words[2].substring(words[2].indexOf(' ') + 1));
        } else if (kind == Kind.PSEUDO) {
            // :before is also written with one colon; :first-child must not match in :first-child-of
            pattern = Pattern.compile(
                    (words[2].startsWith("::") ? "::?" : "(?<!:):") + words[2].replaceFirst("^::?", "") + "(?![\\w-])");
        }
        return new FeatureRule(words[0], kind, words[2], pattern);
    }
}
