// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** What to ask of whom: an {@code http} URL (RFC 9110 §4.2.1), as it was given. */
public record HttpUrl(String text, String host, int port, String target) {
    private static final int DEFAULT_PORT = 80;

    /** Reads a URL; throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static HttpUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme();
        boolean hasHost = uri.getRawAuthority() != null;
        if (scheme == null || !(hasHost || scheme.equals("http"))) {
            throw new IllegalArgumentException("'" + text + "' is not of the form http://HOST/PATH");
        }
        if (!scheme.toLowerCase(Locale.ROOT).equals("http")) {
            throw new IllegalArgumentException("'" + text + "': only http is spoken here, not " + scheme);
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no host, or one that cannot be: http://HOST:PORT/");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'" + text + "': a user and password cannot be given");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new HttpUrl(text, uri.getHost(), port, targetOf(uri));
    }

    /** The origin form (RFC 9112 §3.2.1); what stands behind # stays at home. */
    private static String targetOf(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** The host's name and port, not looked up yet. */
    InetSocketAddress address() {
        return InetSocketAddress.createUnresolved(host.replaceAll("[\\[\\]]", ""), port);
    }

    /** What the Host field holds (RFC 9110 §7.2). */
    String authority() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }
}
