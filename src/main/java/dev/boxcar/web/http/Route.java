// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method and a path, and the handler for requests that match both. A {@code {name}} in the path matches one segment,
 * or its beginning as in {@code {id}.html}. A {@code {name...}} at the end matches the rest of the path.
 *
 * @param method the HTTP method
 * @param path the path, as an OpenAPI document writes it
 * @param access the clients that may use the route
 * @param handler handles the requests
 */
public record Route(String method, String path, Access access, Handler handler) {
    private static final String REST = "...}";

    /** Handles the requests of a route: sends one response, now or later. */
    @FunctionalInterface
    public interface Handler {
        /** Sends the response, or arranges for it. An exception becomes the response if none has begun. */
        void handle(HttpExchange exchange) throws HttpProblem, IOException;
    }

    /** The clients that may use a route. */
    public enum Access {
        /** Clients that have logged in, or everyone when there are no accounts. */
        AUTHENTICATED,
        /** Everyone, without a log-in: health checks. */
        PUBLIC
    }

    /** The values of the path's names if {@code segments} match the path, else null. */
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
