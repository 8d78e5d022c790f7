// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.List;

/**
 * The forward-path: the address of one recipient (RFC 5321 §4.1.1.3). Immutable; any thread.
 *
 * @param sourceRoute the domains of a source route, in order; kept but ignored (RFC 5321 §4.1.1.3, appendix C)
 * @param mailbox the mailbox; without a domain only if this {@link #isPostmaster}
 */
public record ForwardPath(List<String> sourceRoute, Mailbox mailbox) {
    public ForwardPath {
        sourceRoute = SourceRoute.checked(sourceRoute);
        if (mailbox.isWithoutDomain() && !sourceRoute.isEmpty()) {
            throw new IllegalArgumentException("a path with a source route needs a domain");
        }
    }

    /** Parses {@code <…>}; IllegalArgumentException if RFC 5321 does not allow it. */
    public static ForwardPath parse(String text) {
        return parse(text, PathSyntax.STRICT);
    }

    /** Parses {@code <…>}; IllegalArgumentException if this grammar does not allow it. */
    public static ForwardPath parse(String text, PathSyntax syntax) {
        byte[] bytes = Utf8.encode(text);
        if (syntax.endOfForwardPath(bytes, 0, bytes.length) != bytes.length) {
            throw new IllegalArgumentException("malformed forward-path: " + Utf8.printable(bytes, 0, bytes.length));
        }
        if (Ascii.equalsIgnoreCase(bytes, 1, bytes.length - 1, PathSyntax.POSTMASTER)) {
            return new ForwardPath(List.of(), new Mailbox(text.substring(1, text.length() - 1), ""));
        }
        return new ForwardPath(SourceRoute.of(text), SourceRoute.mailboxOf(text));
    }

    /** Whether this is {@code <Postmaster>}, in any case and without a domain: the postmaster of the receiving host. */
    public boolean isPostmaster() {
        return mailbox.isWithoutDomain();
    }

    /** The path as on the wire. */
    @Override
    public String toString() {
        return SourceRoute.path(sourceRoute, mailbox);
    }
}
