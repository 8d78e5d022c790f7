// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Protects the server from foreign web pages that run in a browser which can reach it.
 *
 * <ul>
 *   <li>DNS rebinding: an attacker's host name may resolve to this machine. So the Host field must be an IP address,
 *       {@code localhost}, a name that nobody can register in public DNS (a single label, or a reserved top-level
 *       domain such as {@code .internal}), or a configured name.
 *   <li>Cross-site requests: a foreign page can send forms, open WebSockets and embed images, and even reading marks
 *       messages as read. So the Origin field, if present, must be this server's own or a configured one. Requests that
 *       the browser marks as cross-site (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/) are refused, except
 *       when a user follows a link.
 * </ul>
 *
 * Immutable; any thread.
 */
public final class OriginGuard {
    /**
     * Top-level domains that are reserved, so that an attacker cannot register names in them: RFC 6761 (localhost,
     * test), RFC 6762 (local, which includes {@code .svc.cluster.local}), RFC 8375, and ICANN's resolution
     * 2024.07.29.06 (internal).
     */
    private static final List<String> RESERVED_DOMAINS =
            List.of(".localhost", ".test", ".local", ".internal", ".home.arpa");

    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * A guard for these hosts and origins.
     *
     * @param hosts additional names of this server; {@code *} accepts any
     * @param origins foreign origins that may use the API: {@code https://app.example:3000}, a host alone for any
     *     scheme and port, or {@code *}
     */
    public OriginGuard(Collection<String> hosts, Collection<String> origins) {
        this.hosts = lowerCase(hosts);
        this.origins = lowerCase(origins);
    }

    private static Set<String> lowerCase(Collection<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the Host field, {@code HOST} or {@code HOST:PORT}, names this server. */
    boolean knowsHost(String authority) {
        String host = host(authority).toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return isAddress(host)
                || host.equals("localhost")
                || isSingleLabel(host)
                || isReserved(host)
                || hosts.contains(host)
                || hosts.contains("*");
    }

    /**
     * Whether a browser marks the request as made by a page of another site, and not as a user who follows a link. The
     * parameters are the Sec-Fetch fields of the request, or null.
     */
    boolean isCrossSiteFetch(
            String method, @Nullable String site, @Nullable String mode, @Nullable String destination) {
        boolean navigation = method.equals("GET") && "navigate".equals(mode) && "document".equals(destination);
        return "cross-site".equals(site) && !navigation && !origins.contains("*");
    }

    /** Whether a request with this Origin field, which may be missing, is accepted. */
    boolean isAllowed(@Nullable String origin, String authority) {
        return origin == null || isOwn(origin, authority) || isConfiguredHost(origin) || isListed(origin);
    }

    /** Whether this is one of the configured foreign origins, whose pages may read responses. */
    boolean isListed(String origin) {
        if (origins.contains("*") || origins.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        URI uri = uri(origin);
        return uri != null
                && uri.getHost() != null
                && (origins.contains(uri.getHost().toLowerCase(Locale.ROOT))
                        || origins.contains(uri.getRawAuthority().toLowerCase(Locale.ROOT)));
    }

    /** Whether this is the origin of a proxy in front of this server, which may change the Host field. */
    private boolean isConfiguredHost(String origin) {
        URI uri = uri(origin);
        return uri != null
                && uri.getHost() != null
                && hosts.contains(uri.getHost().toLowerCase(Locale.ROOT));
    }

    private static boolean isOwn(String origin, String authority) {
        URI uri = uri(origin);
        if (uri == null || uri.getHost() == null) {
            return false; // such as "null", the origin of a sandboxed page
        }
        int defaultPort = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int originPort = uri.getPort() < 0 ? defaultPort : uri.getPort();
        String port = port(authority);
        return uri.getHost().equalsIgnoreCase(host(authority))
                && String.valueOf(originPort).equals(port.isEmpty() ? String.valueOf(defaultPort) : port);
    }

    private static @Nullable URI uri(String origin) {
        try {
            return new URI(origin);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String host(String authority) {
        String port = port(authority);
        return port.isEmpty()
                ? authority.endsWith(":") ? authority.substring(0, authority.length() - 1) : authority
                : authority.substring(0, authority.length() - port.length() - 1);
    }

    private static String port(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(colon + 1) : "";
    }

    private static boolean isAddress(String host) {
        return (host.startsWith("[") && host.endsWith("]")) || isIpv4(host);
    }

    private static boolean isIpv4(String host) {
        List<String> parts = List.of(host.split("\\.", -1));
        return parts.size() == 4 && parts.stream().allMatch(part -> part.matches("[0-9]{1,3}"));
    }

    private static boolean isReserved(String host) {
        return host.matches("[a-z0-9_.-]+") && RESERVED_DOMAINS.stream().anyMatch(host::endsWith);
    }

    private static boolean isSingleLabel(String host) {
        return host.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");
    }
}
