// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox, {@code local-part@domain} (RFC 5321 §2.3.11). Immutable; any thread.
 *
 * <p>Two mailboxes are equal if their local parts are identical and their domains differ at most in the case of ASCII
 * letters: only the receiving host may interpret a local part (RFC 5321 §2.4).
 *
 * <p>A mailbox may be one that only {@link PathSyntax#LENIENT} allows.
 *
 * @param localPart as on the wire, quotes and backslashes included
 * @param domain a domain or an address literal; empty only for {@code Postmaster} alone (RFC 5321 §4.1.1.3)
 */
public record Mailbox(String localPart, String domain) {
    public Mailbox {
        byte[] local = Utf8.encode(localPart);
        byte[] host = Utf8.encode(domain);
        boolean postmaster = host.length == 0 && Ascii.equalsIgnoreCase(local, 0, local.length, PathSyntax.POSTMASTER);
        boolean mailbox = PathSyntax.LENIENT.endOfLocalPart(local, 0, local.length) == local.length
                && PathSyntax.LENIENT.isDomainOrLiteral(host, 0, host.length);
        if (!postmaster && !mailbox) {
            throw malformed(local, host);
        }
    }

    /** Parses {@code local-part@domain}; IllegalArgumentException if RFC 5321 does not allow it. */
    public static Mailbox parse(String text) {
        return parse(text, PathSyntax.STRICT);
    }

    /** Parses {@code local-part@domain}; IllegalArgumentException if this grammar does not allow it. */
    public static Mailbox parse(String text, PathSyntax syntax) {
        byte[] bytes = Utf8.encode(text);
        int at = syntax.endOfLocalPart(bytes, 0, bytes.length);
        if (at == PathSyntax.MALFORMED || syntax.endOfMailbox(bytes, 0, bytes.length) != bytes.length) {
            throw new IllegalArgumentException("malformed mailbox: " + Utf8.printable(bytes, 0, bytes.length));
        }
        String localPart = Utf8.decode(bytes, 0, at);
        return new Mailbox(localPart, text.substring(localPart.length() + 1));
    }

    /** Whether this is {@code Postmaster} alone, without a domain. */
    boolean isWithoutDomain() {
        return domain.isEmpty();
    }

    /** The local part without quotes, and with each quoted pair replaced by its character. */
    public String unquotedLocalPart() {
        if (!localPart.startsWith("\"")) {
            return localPart;
        }
        var unquoted = new StringBuilder(localPart.length());
        for (int i = 1; i < localPart.length() - 1; i++) {
            if (localPart.charAt(i) == '\\') {
                i++;
            }
            unquoted.append(localPart.charAt(i));
        }
        return unquoted.toString();
    }

    private static IllegalArgumentException malformed(byte[] local, byte[] host) {
        return new IllegalArgumentException("malformed mailbox: local part " + Utf8.printable(local, 0, local.length)
                + ", domain " + Utf8.printable(host, 0, host.length));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Mailbox that
                && localPart.equals(that.localPart)
                && Ascii.upper(domain).equals(Ascii.upper(that.domain));
    }

    @Override
    public int hashCode() {
        return Objects.hash(localPart, Ascii.upper(domain));
    }

    /** The mailbox as on the wire. */
    @Override
    public String toString() {
        return isWithoutDomain() ? localPart : localPart + "@" + domain;
    }
}
