// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method and a path whose {@code {names}} stand for one segment each, or for the front of one as in
 * {@code {id}.html}; {@code {name...}} at the end stands for all that follows.
 *
 * @param method the HTTP method
 * @param path the path, as an OpenAPI document writes it
 * @param access who may use it
 * @param action what is done
 */
public record Route(String method, String path, Access access, Action action) {
    private static final String REST = "...}";

    /** Who may use a route. */
    public enum Access {
        /** Whoever has an account, where there are accounts. */
        ACCOUNTS,
        /**
         * The same, also for a picture in a frame that has no origin, which browsers call another site: it changes
         * nothing.
         */
        FRAMED,
        /** Anybody: signs of life for a supervisor. */
        ANYBODY
    }

    /** The values of the names if {@code segments} are this path, else null. */
    @Nullable
    Map<String, String> match(List<String> segments) {
        List<String> pattern = Router.segments(path);
        boolean open = !pattern.isEmpty() && pattern.get(pattern.size() - 1).endsWith(REST);
        if (open ? segments.size() < pattern.size() : segments.size() != pattern.size()) {
            return null;
        }
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < pattern.size(); i++) {
            boolean rest = open && i == pattern.size() - 1;
            String segment = rest ? String.join("/", segments.subList(i, segments.size())) : segments.get(i);
            if (!matches(pattern.get(i), segment, values)) {
                return null;
            }
        }
        return values;
    }

    private static boolean matches(String pattern, String segment, Map<String, String> values) {
        int close = pattern.lastIndexOf('}');
        if (!pattern.startsWith("{") || close < 0) {
            return pattern.equals(segment);
        }
        String suffix = pattern.substring(close + 1);
        if (!segment.endsWith(suffix) || segment.length() == suffix.length()) {
            return false;
        }
        String name = pattern.substring(1, close).replace("...", "");
        values.put(name, segment.substring(0, segment.length() - suffix.length()));
        return true;
    }
}
