// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reverse-path: the address for failure notifications (RFC 5321 §4.1.1.2). A null reverse-path asks for none
 * (§4.5.5). Immutable; any thread.
 *
 * @param sourceRoute the domains of a source route, in order; kept but ignored (RFC 5321 §4.1.1.3, appendix C)
 * @param mailbox the mailbox, or null for {@code <>}
 */
public record ReversePath(
        List<String> sourceRoute, @Nullable Mailbox mailbox) {
    /** {@code <>}. */
    public static final ReversePath NULL = new ReversePath(List.of(), null);

    public ReversePath {
        sourceRoute = SourceRoute.checked(sourceRoute);
        if (mailbox == null ? !sourceRoute.isEmpty() : mailbox.isWithoutDomain()) {
            throw new IllegalArgumentException("a reverse-path must be <> or have a mailbox with a domain");
        }
    }

    /** Parses {@code <…>}; IllegalArgumentException if RFC 5321 does not allow it. */
    public static ReversePath parse(String text) {
        return parse(text, PathSyntax.STRICT);
    }

    /** Parses {@code <…>}; IllegalArgumentException if this grammar does not allow it. */
    public static ReversePath parse(String text, PathSyntax syntax) {
        byte[] bytes = Utf8.encode(text);
        if (syntax.endOfReversePath(bytes, 0, bytes.length) != bytes.length) {
            throw new IllegalArgumentException("malformed reverse-path: " + Utf8.printable(bytes, 0, bytes.length));
        }
        return bytes.length == 2 ? NULL : new ReversePath(SourceRoute.of(text), SourceRoute.mailboxOf(text));
    }

    /** Whether this is {@code <>}: no notification may be sent for the message. */
    public boolean isNull() {
        return mailbox == null;
    }

    /** The path as on the wire. */
    @Override
    public String toString() {
        return mailbox == null ? "<>" : SourceRoute.path(sourceRoute, mailbox);
    }
}
