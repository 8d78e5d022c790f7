// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.List;
import java.util.stream.Collectors;

/** Reads the source route of a path, {@code @a,@b:} (RFC 5321 appendix C), and writes it. */
final class SourceRoute {
    private SourceRoute() {}

    /** The domains of the route in this well-formed path. */
    static List<String> of(String path) {
        int end = end(path);
        if (end == 1) {
            return List.of();
        }
        return List.of(path.substring(1, end - 1).split(",", -1)).stream()
                .map(domain -> domain.substring(1))
                .toList();
    }

    /** The mailbox of this well-formed path. */
    static Mailbox mailboxOf(String path) {
        return Mailbox.parse(path.substring(end(path), path.length() - 1), PathSyntax.LENIENT);
    }

    /** The index of the mailbox. A domain has no colon, and only a path with a route begins with an at-sign. */
    private static int end(String path) {
        return path.startsWith("@", 1) ? path.indexOf(':') + 1 : 1;
    }

    static List<String> checked(List<String> domains) {
        for (String domain : domains) {
            byte[] bytes = Utf8.encode(domain);
            if (!PathSyntax.LENIENT.isDomain(bytes, 0, bytes.length)) {
                throw new IllegalArgumentException(
                        "malformed domain in a source route: " + Utf8.printable(bytes, 0, bytes.length));
            }
        }
        return List.copyOf(domains);
    }

    static String path(List<String> route, Mailbox mailbox) {
        String prefix = route.isEmpty()
                ? ""
                : route.stream().map(domain -> "@" + domain).collect(Collectors.joining(",", "", ":"));
        return "<" + prefix + mailbox + ">";
    }
}
