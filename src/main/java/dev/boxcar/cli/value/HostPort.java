// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A host name or IP address and a port, written {@code localhost:1025} or {@code [::1]:1025}. For a listener, port 0
 * means any free port.
 */
public record HostPort(String host, int port) {
    /** The value of an address option that is switched off. */
    public static final HostPort OFF = new HostPort("", 0);

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("invalid address '" + text + "': expected HOST:PORT");
        }
        return new HostPort(host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
    }

    /** Whether this is {@link #OFF}. Does not call {@code equals}, whose first call in a record takes 15 ms. */
    public boolean isOff() {
        return host.isEmpty();
    }

    /** The address of a bound socket. */
    public static HostPort of(InetSocketAddress address) {
        return new HostPort(literal(address.getAddress()), address.getPort());
    }

    private static String host(String text, String host) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException(
                    "invalid address '" + text + "': the host is missing (examples: localhost, 0.0.0.0, [::])");
        }
        if (host.startsWith("[") && host.endsWith("]") && host.contains(":")) {
            return host.substring(1, host.length() - 1);
        }
        if (host.chars().anyMatch(c -> c == ':' || c == '[' || c == ']' || c == '/' || c <= ' ')) {
            throw new IllegalArgumentException(
                    "invalid address '" + text + "': expected HOST:PORT, with an IPv6 address in brackets");
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
        throw new IllegalArgumentException("invalid address '" + text + "': the port must be 0 to 65535");
    }

    /** The address in its shortest form: the longest run of zero groups becomes {@code ::} (RFC 5952 §4.2). */
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
        var before = java.util.List.of(groups).subList(0, start);
        var after = java.util.List.of(groups).subList(start + longest, groups.length);
        return String.join(":", before) + "::" + String.join(":", after);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** An address, or {@code off}. */
    public static final class OrOff implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            return text.equals("off") ? OFF : new Converter().convert(text);
        }
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<HostPort> {
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
