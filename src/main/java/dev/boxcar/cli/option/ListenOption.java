// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.unit.ListenHost;
import dev.boxcar.unit.SizeParser;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value of {@code --listen}: {@code HOST:PORT} or {@code unix:PATH}, then settings separated by commas:
 * {@code name=x}, {@code tls=off|starttls|required|implicit}, {@code auth-required=true|false}, and lists of networks
 * separated by plus signs in {@code networks=127.0.0.0/8+::1}, {@code proxy=…}, {@code xclient=…}, and
 * {@code receive-buffer=SIZE}, {@code send-buffer=SIZE} and, for a Unix-domain socket, {@code mode=660}.
 */
public record ListenOption(ListenerOptions listener) {
    private static final String UNIX = "unix:";

    private static final long MAX_BUFFER = 16L * 1024 * 1024;

    /** The names of the settings. */
    private static final List<String> SETTINGS = List.of(
            "name", "tls", "auth-required", "networks", "proxy", "xclient", "receive-buffer", "send-buffer", "mode");

    /** Throws {@link IllegalArgumentException} with a message for the user. */
    static ListenOption parse(String text) {
        String[] parts = text.split(",", -1);
        ListenerOptions listener = at(parts[0].strip());
        var seen = new HashSet<String>();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part.strip() : part.substring(0, equals).strip();
            if (equals < 0 || !SETTINGS.contains(key)) {
                throw new IllegalArgumentException(
                        "unknown setting '" + key + "' of a listener: use " + String.join(", ", SETTINGS));
            } else if (!seen.add(key)) {
                throw new IllegalArgumentException(key + " is given more than once");
            }
            listener = with(listener, key, part.substring(equals + 1).strip());
        }
        if (!listener.mode().isEmpty() && listener.path().isEmpty()) {
            throw new IllegalArgumentException("mode is for unix:PATH only");
        }
        return new ListenOption(listener);
    }

    private static ListenerOptions at(String address) {
        if (address.startsWith(":")) {
            return ListenerOptions.at(
                    ListenHost.ofAllAddresses(),
                    HostPort.parse("localhost" + address).port());
        }
        if (!address.startsWith(UNIX)) {
            HostPort hostPort = HostPort.parse(address);
            return ListenerOptions.at(hostPort.host(), hostPort.port());
        } else if (address.length() == UNIX.length()) {
            throw new IllegalArgumentException(
                    "invalid address '" + address + "': the path is missing (example: unix:/run/boxcar/smtp)");
        }
        return ListenerOptions.atSocket(address.substring(UNIX.length()));
    }

    private static ListenerOptions with(ListenerOptions listener, String key, String value) {
        return switch (key) {
            case "name" -> listener.withName(name(value));
            case "tls" -> listener.withTls(tls(value));
            case "auth-required" -> listener.withAuthRequired(bool(value));
            case "networks" -> listener.withNetworks(networks(value));
            case "proxy" -> listener.withProxy(networks(value));
            case "receive-buffer" -> listener.withReceiveBuffer(buffer(value));
            case "mode" -> listener.withMode(mode(value));
            case "send-buffer" -> listener.withSendBuffer(buffer(value));
            default -> listener.withXclient(networks(value));
        };
    }

    private static String name(String value) {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "invalid name '" + value + "': use letters, digits, dots, dashes and underscores");
        }
        return value;
    }

    private static ListenerOptions.Tls tls(String value) {
        for (ListenerOptions.Tls tls : ListenerOptions.Tls.values()) {
            if (tls != ListenerOptions.Tls.DEFAULT && value.equals(tls.name().toLowerCase(Locale.ROOT))) {
                return tls;
            }
        }
        throw new IllegalArgumentException("invalid value '" + value + "': use off, starttls, required or implicit");
    }

    private static String mode(String value) {
        if (!value.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException("invalid mode '" + value + "': use three octal digits, such as 660");
        }
        return value.substring(value.length() - 3);
    }

    private static boolean bool(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("invalid value '" + value + "': use true or false");
        }
        return value.equals("true");
    }

    private static int buffer(String value) {
        long bytes = SizeParser.parse(value);
        if (bytes < 1 || bytes > MAX_BUFFER) {
            throw new IllegalArgumentException("invalid size '" + value + "': use 1 to 16MiB");
        }
        return (int) bytes;
    }

    private static Networks networks(String value) {
        return Networks.of(Arrays.stream(value.split("\\+")).map(String::strip).collect(Collectors.toList()));
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<ListenOption> {
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
