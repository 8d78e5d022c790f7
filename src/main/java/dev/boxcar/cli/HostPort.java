// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen: a name or an address, and a port (0: a free one). Written {@code localhost:1025} or
 * {@code [::1]:1025}.
 */
record HostPort(String host, int port) {
    /** Nowhere. */
    static final HostPort OFF = new HostPort("", 0);

    /** Reads what {@link #toString} writes; throws {@link IllegalArgumentException} that says what is wrong. */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        return new HostPort(host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
    }

    /**
     * Whether this is {@link #OFF}. Not by {@code equals}: a record's is put together when first called, some 15 ms of
     * a start.
     */
    boolean isOff() {
        return host.isEmpty();
    }

    /** The address as {@link #toString} writes it. */
    static HostPort of(InetSocketAddress address) {
        return new HostPort(literal(address.getAddress()), address.getPort());
    }

    private static String host(String text, String host) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no host: localhost, 0.0.0.0 and [::] are some");
        }
        if (host.startsWith("[") && host.endsWith("]") && host.contains(":")) {
            return host.substring(1, host.length() - 1);
        }
        if (host.chars().anyMatch(c -> c == ':' || c == '[' || c == ']' || c == '/' || c <= ' ')) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT (an IPv6 address stands in brackets)");
        }
        return host;
    }

    private static int port(String text, String digits) {
        if (!digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int port = Integer.parseInt(digits);
            if (port <= 65535) {
                return port;
            }
        }
        throw new IllegalArgumentException("'" + text + "' has no port of 0 to 65535");
    }

    /** The shortest form of an address: the longest run of zero groups is {@code ::} (RFC 5952 §4.2). */
    private static String literal(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        String[] groups = address.getHostAddress().replaceFirst("%.*", "").split(":");
        int start = 0;
        int longest = 0;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        if (longest < 2) {
            return String.join(":", groups);
        }
        var front = java.util.List.of(groups).subList(0, start);
        var back = java.util.List.of(groups).subList(start + longest, groups.length);
        return String.join(":", front) + "::" + String.join(":", back);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** For an address that may be given up: off. */
    static final class OrOff implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            return text.equals("off") ? OFF : new Converter().convert(text);
        }
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
