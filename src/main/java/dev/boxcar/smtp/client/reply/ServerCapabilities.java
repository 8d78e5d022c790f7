// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The extensions that a server lists in its reply to EHLO (RFC 5321 §4.1.1.1). Immutable; any thread. */
public final class ServerCapabilities {
    /** No extensions: the capabilities of a server that knows only HELO. */
    public static final ServerCapabilities NONE = new ServerCapabilities(Map.of());

    private final Map<String, String> parameters;

    private ServerCapabilities(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** Reads the reply to EHLO, whose first line is the host name. */
    public static ServerCapabilities of(ServerReply reply) {
        var found = new HashMap<String, String>();
        List<String> lines = reply.lines();
        for (String line : lines.subList(1, lines.size())) {
            // before RFC 2554 some servers wrote AUTH=LOGIN
            String[] parts = line.strip().replaceFirst("^(?i)AUTH=", "AUTH ").split("\\s+", 2);
            found.merge(
                    parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1] : "", (one, two) -> one + " " + two);
        }
        return new ServerCapabilities(Map.copyOf(found));
    }

    /** Whether the server offers the extension with this keyword, in upper case. */
    public boolean has(String keyword) {
        return parameters.containsKey(keyword);
    }

    /** The largest message accepted, in bytes; {@link Long#MAX_VALUE} if the server names no limit (RFC 1870 §4). */
    public long maxMessageBytes() {
        String size = parameters.getOrDefault("SIZE", "").strip();
        if (!size.matches("[0-9]{1,18}")) {
            return Long.MAX_VALUE;
        }
        long bytes = Long.parseLong(size);
        return bytes == 0 ? Long.MAX_VALUE : bytes;
    }

    /** The SASL mechanisms offered, in upper case. */
    public Set<String> mechanisms() {
        String[] names = parameters
                .getOrDefault("AUTH", "")
                .toUpperCase(Locale.ROOT)
                .strip()
                .split("\\s+");
        return new HashSet<>(List.of(names));
    }

    @Override
    public String toString() {
        return parameters.toString();
    }
}
