// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** An {@code http} URL (RFC 9110 §4.2.1): its original text, and the host, port and request target in it. */
public record HttpUrl(String text, String host, int port, String target) {
    private static final int DEFAULT_PORT = 80;

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException if it is invalid or not supported; the message says why
     */
    public static HttpUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a valid URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme();
        boolean hasHost = uri.getRawAuthority() != null;
        if (scheme == null || !(hasHost || scheme.equals("http"))) {
            throw new IllegalArgumentException("'" + text + "' is not of the form http://HOST/PATH");
        }
        if (!scheme.toLowerCase(Locale.ROOT).equals("http")) {
            throw new IllegalArgumentException("'" + text + "': only http is supported, not " + scheme);
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException("'" + text + "' has no valid host and port: http://HOST:PORT/");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'" + text + "': a user and password are not supported");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new HttpUrl(text, uri.getHost(), port, targetOf(uri));
    }

    /** The origin form (RFC 9112 §3.2.1); the part after # is not sent. */
    private static String targetOf(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** The host and port, not resolved yet. */
    InetSocketAddress address() {
        return InetSocketAddress.createUnresolved(host.replaceAll("[\\[\\]]", ""), port);
    }

    /** The value of the Host field (RFC 9110 §7.2). */
    String authority() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }
}
