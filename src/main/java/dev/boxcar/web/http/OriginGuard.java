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
 * Keeps other people's web pages out, though the browser that shows them can reach this server.
 *
 * <p>A page may have its own name point to this machine (DNS rebinding): so the Host of a request must be an address,
 * {@code localhost}, a name of one label, which no public DNS has, or a name given by option. A page may send a form,
 * open a WebSocket or show an image across sites, and even what is read is marked so: the Origin of a request, where
 * there is one, must be this server's own or one given by option, and what a browser fetches for a page of another site
 * (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/) is refused, but for a user who comes here by a link.
 * Immutable; any thread.
 */
public final class OriginGuard {
    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * A guard.
     *
     * @param hosts names under which this server may be reached
     * @param origins pages that may use it: {@code https://app.example:3000}, a host alone for any scheme and port, or
     *     {@code *}
     */
    public OriginGuard(Collection<String> hosts, Collection<String> origins) {
        this.hosts = lowered(hosts);
        this.origins = lowered(origins);
    }

    private static Set<String> lowered(Collection<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request may name this host: HOST or HOST:PORT as in the field. */
    boolean knowsHost(String authority) {
        String host = host(authority).toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return isAddress(host)
                || host.equals("localhost")
                || isOneLabel(host)
                || hosts.contains(host)
                || hosts.contains("*");
    }

    /**
     * Whether a browser says that it fetches this for the page of another site, and not to come here with its user:
     * each a field of the request, or null.
     */
    boolean isFetchedFromElsewhere(
            String method, @Nullable String site, @Nullable String mode, @Nullable String destination) {
        boolean comesHere = method.equals("GET") && "navigate".equals(mode) && "document".equals(destination);
        return "cross-site".equals(site) && !comesHere && !origins.contains("*");
    }

    /** Whether the page of this origin may ask for anything here; null is no page, or one of this server's own. */
    boolean admits(@Nullable String origin, String authority) {
        return origin == null || isOwn(origin, authority) || isListed(origin);
    }

    /** Whether the page of this origin may read answers. */
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

    private static boolean isOwn(String origin, String authority) {
        URI uri = uri(origin);
        if (uri == null || uri.getHost() == null) {
            return false; // also "null", the origin of a sandboxed page
        }
        int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int originPort = uri.getPort() < 0 ? standard : uri.getPort();
        String port = port(authority);
        return uri.getHost().equalsIgnoreCase(host(authority))
                && String.valueOf(originPort).equals(port.isEmpty() ? String.valueOf(standard) : port);
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
        return (host.startsWith("[") && host.endsWith("]")) || isFourNumbers(host);
    }

    private static boolean isFourNumbers(String host) {
        List<String> parts = List.of(host.split("\\.", -1));
        return parts.size() == 4 && parts.stream().allMatch(part -> part.matches("[0-9]{1,3}"));
    }

    private static boolean isOneLabel(String host) {
        return host.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");
    }
}
