// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The routes. If several match a request, the one that was added first is used. Empty path segments are ignored,
 * because some clients put an extra slash between base URL and path. One thread adds the routes before the server
 * starts; afterwards any thread reads them.
 */
public final class Router {
    private final List<Route> routes = new ArrayList<>();
    private final List<List<String>> jsonProblems = new ArrayList<>();

    /** The route for a request, and the values of its path parameters. */
    record Match(Route route, Map<String, String> parameters) {}

    /** Adds a route for clients that have logged in. */
    public Router add(String method, String path, Route.Handler handler) {
        return add(new Route(method, path, Route.Access.AUTHENTICATED, handler));
    }

    /** Adds a route. */
    public Router add(Route route) {
        routes.add(route);
        return this;
    }

    /** Problems below this path are reported as JSON (RFC 9457), also if no route matches; elsewhere as text. */
    public Router addJsonProblems(String path) {
        jsonProblems.add(segments(path));
        return this;
    }

    /** Whether a problem with a request for this path is reported as JSON. */
    boolean hasJsonProblems(List<String> segments) {
        return jsonProblems.stream()
                .anyMatch(path -> segments.size() >= path.size()
                        && segments.subList(0, path.size()).equals(path));
    }

    /** All routes. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The route for this request; a 404 or 405 if there is none. HEAD uses the route of GET. */
    Match match(String method, List<String> segments) throws HttpProblem {
        String routeMethod = method.equals("HEAD") ? "GET" : method;
        var allowed = new TreeSet<String>();
        for (Route route : routes) {
            Map<String, String> parameters = route.match(segments);
            if (parameters != null) {
                if (route.method().equals(routeMethod)) {
                    return new Match(route, parameters);
                }
                allowed.add(route.method());
                if (route.method().equals("GET")) {
                    allowed.add("HEAD");
                }
            }
        }
        throw allowed.isEmpty() ? HttpProblem.notFound() : HttpProblem.notAllowed(allowed);
    }

    /** The non-empty segments of a path, as they are written. */
    static List<String> segments(String path) {
        return Arrays.stream(path.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .toList();
    }

    /**
     * The segments of a raw path, each decoded on its own so that it may contain a slash as %2F. Null if the path is
     * malformed.
     */
    static @Nullable List<String> decodedSegments(String rawPath) {
        var decoded = new ArrayList<String>();
        for (String segment : segments(rawPath)) {
            String plain = decoded(segment);
            if (plain == null) {
                return null;
            }
            decoded.add(plain);
        }
        return decoded;
    }

    private static @Nullable String decoded(String segment) {
        byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                bytes[length++] = bytes[i];
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes[length++] = (byte) (high * 16 + low);
            i += 2;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
