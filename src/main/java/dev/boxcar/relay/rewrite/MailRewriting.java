// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is changed in outgoing mail. Start from {@link #NONE}. Immutable; any thread.
 *
 * @param origin the domain of addresses in the header that have none; empty: they stay
 * @param senders new addresses for senders
 * @param masquerade domains in lower case whose hosts are hidden: {@code ann@host.example.org} becomes
 *     {@code ann@example.org}
 * @param alwaysFrom the only sender; null if any will do
 * @param removedFields the names of header fields that are removed, in lower case
 */
public record MailRewriting(
        String origin,
        AddressMap senders,
        List<String> masquerade,
        @Nullable Mailbox alwaysFrom,
        Set<String> removedFields) {

    /** Changes nothing. */
    public static final MailRewriting NONE = new MailRewriting("", AddressMap.NONE, List.of(), null, Set.of());

    public MailRewriting {
        masquerade = List.copyOf(masquerade);
        removedFields = Set.copyOf(removedFields);
    }

    /** Returns a copy with another {@link #origin}. */
    public MailRewriting withOrigin(String domain) {
        return new MailRewriting(domain, senders, masquerade, alwaysFrom, removedFields);
    }

    /** Returns a copy with other {@link #senders}. */
    public MailRewriting withSenders(AddressMap map) {
        return new MailRewriting(origin, map, masquerade, alwaysFrom, removedFields);
    }

    /** Returns a copy with another {@link #masquerade}. */
    public MailRewriting withMasquerade(List<String> domains) {
        return new MailRewriting(origin, senders, domains, alwaysFrom, removedFields);
    }

    /** Returns a copy with another {@link #alwaysFrom}. */
    public MailRewriting withAlwaysFrom(@Nullable Mailbox sender) {
        return new MailRewriting(origin, senders, masquerade, sender, removedFields);
    }

    /** Returns a copy with other {@link #removedFields}. */
    public MailRewriting withRemovedFields(Set<String> names) {
        return new MailRewriting(origin, senders, masquerade, alwaysFrom, names);
    }

    /** The sender of the envelope. The null sender stays (RFC 5321 §4.5.5). */
    public ReversePath sender(ReversePath path) {
        Mailbox mailbox = path.mailbox();
        if (mailbox == null) {
            return path;
        }
        Mailbox sender = alwaysFrom == null ? address(mailbox) : alwaysFrom;
        return sender.equals(mailbox) ? path : new ReversePath(List.of(), sender);
    }

    /** The address of a sender by the map and the masquerade. */
    Mailbox address(Mailbox mailbox) {
        Mailbox mapped = senders.apply(mailbox);
        String domain = mapped.domain().toLowerCase(Locale.ROOT);
        for (String visible : masquerade) {
            if (domain.endsWith("." + visible)) {
                return new Mailbox(mapped.localPart(), visible);
            }
        }
        return mapped;
    }

    /**
     * The header in its new form; the same array if nothing changes.
     *
     * @param header whole fields, each with its line end CRLF
     */
    public byte[] header(byte[] header) {
        return equals(NONE) ? header : new HeaderRewriter(this).rewrite(header);
    }
}
