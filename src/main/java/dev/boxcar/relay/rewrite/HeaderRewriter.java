// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.rewrite.AddressList.Place;
import dev.boxcar.smtp.path.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes the fields of a header as a {@link MailRewriting} says. Fields that need no change stay as they are, byte by
 * byte. Used by one thread, once.
 */
final class HeaderRewriter {
    private static final Set<String> SENDERS =
            Set.of("from", "sender", "reply-to", "resent-from", "resent-sender", "resent-reply-to");
    private static final Set<String> RECIPIENTS = Set.of("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc");

    private final MailRewriting rewriting;

    HeaderRewriter(MailRewriting rewriting) {
        this.rewriting = rewriting;
    }

    byte[] rewrite(byte[] header) {
        String text = new String(header, ISO_8859_1);
        List<HeaderField> fields = HeaderField.allOf(text).stream()
                .filter(field -> !rewriting.removedFields().contains(field.name()))
                .map(this::withAddresses)
                .toList();
        Mailbox only = rewriting.alwaysFrom();
        if (only != null) {
            fields = from(only, fields);
        }
        String changed = fields.stream().map(HeaderField::text).collect(Collectors.joining());
        return changed.equals(text) ? header : changed.getBytes(ISO_8859_1);
    }

    // ---- addresses

    private HeaderField withAddresses(HeaderField field) {
        boolean isSender = SENDERS.contains(field.name());
        if (!isSender && !RECIPIENTS.contains(field.name())) {
            return field;
        }
        String value = field.value();
        var changed = new StringBuilder(field.text().substring(0, field.valueFrom()));
        int copied = 0;
        for (Place place : AddressList.of(value)) {
            String address = value.substring(place.addressFrom(), place.addressTo());
            changed.append(value, copied, place.addressFrom()).append(changed(address, isSender));
            copied = place.addressTo();
        }
        return new HeaderField(
                field.name(), changed.append(value.substring(copied)).toString());
    }

    private String changed(String address, boolean isSender) {
        Mailbox mailbox = mailbox(address);
        if (mailbox == null) {
            return address;
        }
        Mailbox mapped = isSender ? rewriting.address(mailbox) : mailbox;
        String text = new String(mapped.toString().getBytes(UTF_8), ISO_8859_1);
        return mapped.equals(mailbox) && address.indexOf('@') >= 0 ? address : text;
    }

    /** The mailbox, with a domain; null if the text is no address, or has no domain and there is none to add. */
    private @Nullable Mailbox mailbox(String bytes) {
        String address = new String(bytes.getBytes(ISO_8859_1), UTF_8);
        try {
            if (address.lastIndexOf('@') > address.lastIndexOf('"')) {
                return Mailbox.parse(address);
            }
            return rewriting.origin().isEmpty() ? null : Mailbox.parse(address + "@" + rewriting.origin());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    // ---- one From for all mail

    private static List<HeaderField> from(Mailbox only, List<HeaderField> fields) {
        List<String> names = fields.stream().map(HeaderField::name).toList();
        int first = names.indexOf("from");
        String address = new String(only.toString().getBytes(UTF_8), ISO_8859_1);
        if (first >= 0 && fields.get(first).addresses().equals(List.of(address))) {
            return fields; // it is the right one already
        }
        var changed = new ArrayList<HeaderField>();
        if (first < 0) {
            changed.add(new HeaderField("from", "From: " + address + "\r\n"));
        }
        for (int i = 0; i < fields.size(); i++) {
            HeaderField field = fields.get(i);
            if (i == first) {
                changed.add(new HeaderField("from", fromField(field, address)));
                if (!names.contains("reply-to") && !field.addresses().isEmpty()) {
                    changed.add(new HeaderField("reply-to", "Reply-To:" + field.value()));
                }
            } else if (!field.name().equals("from") && !field.name().equals("sender")) {
                changed.add(field);
            }
        }
        return changed;
    }

    /** The first mailbox of the field with another address, so that its display name stays. */
    private static String fromField(HeaderField field, String address) {
        String value = field.value();
        List<Place> places = AddressList.of(value);
        if (places.isEmpty()) {
            return "From: " + address + "\r\n";
        }
        Place first = places.get(0);
        return "From: " + value.substring(first.from(), first.addressFrom()) + address
                + value.substring(first.addressTo(), first.to()) + "\r\n";
    }
}
