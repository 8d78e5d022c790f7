// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leads, as a browser reads the link: spaces and other characters are encoded, and a host name may have
 * any letters and underscores (https://url.spec.whatwg.org/). Immutable.
 *
 * @param uri the whole URL, encoded
 * @param host the host in ASCII, an IPv6 address in brackets
 * @param port the port, given or default
 */
record LinkTarget(URI uri, String host, int port) {
    private static final Pattern HTTP_URL =
            Pattern.compile("(https?)://([^/?#\\\\]*)([^#]*)(?:#.*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern AUTHORITY = Pattern.compile("(?:.*@)?(\\[[^\\]]*]|[^:]*)(?::(\\d{0,5}))?");
    private static final String ENCODED = " \"<>\\^`{|}[]";
    private static final int MAX_PORT = 65_535;

    /** The target of a link; null if the link is not a valid HTTP URL. */
    static @Nullable LinkTarget of(String link) {
        Matcher url = HTTP_URL.matcher(link.strip().replaceAll("[\\t\\r\\n]", ""));
        if (!url.matches()) {
            return null;
        }
        Matcher authority = AUTHORITY.matcher(url.group(2));
        if (!authority.matches()) {
            return null;
        }
        try {
            String scheme = url.group(1).toLowerCase(Locale.ROOT);
            String host = asciiHost(authority.group(1));
            String port = authority.group(2) == null ? "" : authority.group(2);
            int number = port.isEmpty() ? scheme.equals("https") ? 443 : 80 : Integer.parseInt(port);
            URI uri = new URI(scheme + "://" + host + (port.isEmpty() ? "" : ":" + port) + encoded(url.group(3)));
            return host.isEmpty() || number > MAX_PORT ? null : new LinkTarget(uri, host, number);
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            return null;
        }
    }

    private static String asciiHost(String host) {
        return host.startsWith("[")
                ? host
                : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    }

    /** Path and query with everything percent-encoded that may not stand there as it is. */
    private static String encoded(String pathAndQuery) {
        var text = new StringBuilder(pathAndQuery.length());
        pathAndQuery.codePoints().forEach(c -> {
            if (c > ' ' && c < 0x7F && ENCODED.indexOf(c) < 0) {
                text.append((char) c);
            } else {
                for (byte b : Character.toString(c).getBytes(UTF_8)) {
                    text.append(String.format(Locale.ROOT, "%%%02X", b));
                }
            }
        });
        return text.toString().replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
    }

    /** Where a redirect from here leads; null if that is not a valid HTTP URL. */
    @Nullable
    LinkTarget redirected(String location) {
        if (HTTP_URL.matcher(location).matches()) {
            return of(location);
        }
        try {
            return of(uri.resolve(encoded(location)).toString());
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    boolean isSecure() {
        return uri.getScheme().equals("https");
    }

    /** The value of the Host field (RFC 9110 §7.2): without a user, and without a default port. */
    String hostField() {
        return port == (isSecure() ? 443 : 80) ? host : host + ":" + port;
    }

    /** The request target (RFC 9112 §3.2.1). */
    String pathAndQuery() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }
}
