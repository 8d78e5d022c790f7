// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import dev.boxcar.relay.rewrite.AddressMap;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeEdit;
import dev.boxcar.smtp.EnvelopePath;
import dev.boxcar.smtp.parameter.Xtext;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Who gets a message instead of the recipients that its client named: each is replaced by the map, then by the aliases.
 * A recipient that is replaced keeps its NOTIFY, and its address as ORCPT, so that reports name both (RFC 3461 §5.2.7,
 * RFC 3464 §2.3.1). Each address gets the message once. Immutable; any thread.
 *
 * @param map addresses for other addresses
 * @param aliases addresses for local names
 * @param local the domain of {@code Postmaster} alone
 */
public record RecipientExpansion(AddressMap map, Aliases aliases, LocalDomains local) {
    private static final int MAX_ORCPT = 500; // RFC 3461 §4.2

    /** Replaces no recipient but {@code Postmaster}, which gets a domain. */
    public static RecipientExpansion none(LocalDomains local) {
        return new RecipientExpansion(AddressMap.NONE, Aliases.none(local), local);
    }

    /** The envelope with its new recipients; the same one if none is replaced. */
    public Envelope apply(Envelope envelope) {
        if (map.isEmpty()
                && aliases.areEmpty()
                && envelope.forwardPaths().stream().noneMatch(ForwardPath::isPostmaster)) {
            return envelope;
        }
        List<AcceptedRecipient> given = envelope.recipients();
        List<EnvelopePath> lines = envelope.recipientLines();
        Map<Mailbox, EnvelopePath> recipients = new LinkedHashMap<>();
        boolean changed = false;
        for (int i = 0; i < given.size(); i++) {
            Mailbox mailbox = given.get(i).path().mailbox();
            List<Mailbox> addresses = expand(mailbox);
            boolean same = addresses.equals(List.of(mailbox));
            changed |= !same;
            for (Mailbox address : addresses) {
                recipients.putIfAbsent(address, same ? lines.get(i) : line(address, mailbox, lines.get(i)));
            }
        }
        return changed ? EnvelopeEdit.withRecipients(envelope, new ArrayList<>(recipients.values())) : envelope;
    }

    /** The addresses to which mail for this mailbox goes. */
    public List<Mailbox> expand(Mailbox mailbox) {
        Mailbox complete = mailbox.domain().isEmpty() ? new Mailbox(mailbox.localPart(), local.origin()) : mailbox;
        return aliases.of(map.apply(complete));
    }

    private static EnvelopePath line(Mailbox address, Mailbox original, EnvelopePath given) {
        String parameters = given.parameters();
        String orcpt = "ORCPT=rfc822;" + Xtext.encode(original.toString());
        boolean isNamed = (" " + parameters).toUpperCase(Locale.ROOT).contains(" ORCPT=");
        boolean canBeNamed = original.toString().chars().allMatch(c -> c < 0x80) && orcpt.length() <= MAX_ORCPT;
        return new EnvelopePath(
                "<" + address + ">", isNamed || !canBeNamed ? parameters : (parameters + " " + orcpt).strip());
    }
}
