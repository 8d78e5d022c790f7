// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One more listener as a user writes it: {@code HOST:PORT} or {@code unix:PATH}, and behind it settings, each behind a
 * comma: {@code name=x}, {@code tls=off|starttls|required|implicit}, {@code auth-required=true|false}, and networks,
 * parted by plus signs, in {@code networks=127.0.0.0/8+::1}, {@code proxy=…} and {@code xclient=…}.
 */
record ListenOption(ListenerOptions listener) {
    private static final String UNIX = "unix:";

    /** The settings that may stand behind the address, by name. */
    static final List<String> SETTINGS = List.of("name", "tls", "auth-required", "networks", "proxy", "xclient");

    /** The file at which it listens, or empty. */
    String socketFile() {
        return listener.path();
    }

    /** Reads what stands above; throws {@link IllegalArgumentException} that says what is wrong. */
    static ListenOption parse(String text) {
        String[] parts = text.split(",", -1);
        ListenerOptions listener = at(parts[0].strip());
        var seen = new HashSet<String>();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part.strip() : part.substring(0, equals).strip();
            if (equals < 0 || !SETTINGS.contains(key)) {
                throw new IllegalArgumentException(
                        "'" + key + "' is no setting of a listener, such as name=NAME: " + String.join(", ", SETTINGS));
            } else if (!seen.add(key)) {
                throw new IllegalArgumentException(key + " is given twice");
            }
            listener = with(listener, key, part.substring(equals + 1).strip());
        }
        return new ListenOption(listener);
    }

    private static ListenerOptions at(String where) {
        if (!where.startsWith(UNIX)) {
            HostPort address = HostPort.parse(where);
            return ListenerOptions.at(address.host(), address.port());
        } else if (where.length() == UNIX.length()) {
            throw new IllegalArgumentException("'" + where + "' names no file: unix:/run/boxcar/smtp is one");
        }
        return ListenerOptions.atSocket(where.substring(UNIX.length()));
    }

    private static ListenerOptions with(ListenerOptions listener, String key, String value) {
        return switch (key) {
            case "name" -> listener.withName(name(value));
            case "tls" -> listener.withTls(tls(value));
            case "auth-required" -> listener.withAuthRequired(yes(value));
            case "networks" -> listener.withNetworks(networks(value));
            case "proxy" -> listener.withProxy(networks(value));
            default -> listener.withXclient(networks(value));
        };
    }

    private static String name(String value) {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("'" + value + "' is not a name of letters, digits, dots and dashes");
        }
        return value;
    }

    private static ListenerOptions.Tls tls(String value) {
        for (ListenerOptions.Tls tls : ListenerOptions.Tls.values()) {
            if (tls != ListenerOptions.Tls.DEFAULT && value.equals(tls.name().toLowerCase(Locale.ROOT))) {
                return tls;
            }
        }
        throw new IllegalArgumentException("'" + value + "' is none of off, starttls, required, implicit");
    }

    private static boolean yes(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("'" + value + "' is none of true, false");
        }
        return value.equals("true");
    }

    private static Networks networks(String value) {
        return Networks.of(Arrays.stream(value.split("\\+")).map(String::strip).collect(Collectors.toList()));
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<ListenOption> {
        @Override
        public ListenOption convert(String text) {
            try {
                return parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
