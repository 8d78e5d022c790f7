// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import dev.boxcar.relay.rewrite.HeaderField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a header that are signed (RFC 6376 §5.4.1).
 *
 * @param names the names for the tag h=; a name may occur more often than the field, which signs that there is no more
 *     of it (§5.4.2)
 * @param fields the fields that there are, in the same order
 */
record SignedFields(List<String> names, List<HeaderField> fields) {
    /** The fields of which nobody may add another one on the way. */
    private static final List<String> SEALED = List.of(
            "from",
            "sender",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "to",
            "cc",
            "in-reply-to",
            "references",
            "mime-version",
            "content-type",
            "content-transfer-encoding");
    /** Fields that mailing lists and those who resend a message add themselves. */
    private static final List<String> SIGNED_IF_PRESENT = List.of(
            "content-id",
            "content-description",
            "content-disposition",
            "resent-date",
            "resent-from",
            "resent-sender",
            "resent-to",
            "resent-cc",
            "resent-message-id",
            "list-id",
            "list-help",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "list-subscribe",
            "list-post",
            "list-owner",
            "list-archive");

    SignedFields {
        names = List.copyOf(names);
        fields = List.copyOf(fields);
    }

    /** Chooses among these fields; of those with the same name, the last one is signed first (§5.4.2). */
    static SignedFields of(List<HeaderField> header) {
        Map<String, List<HeaderField>> byName = new HashMap<>();
        header.forEach(field ->
                byName.computeIfAbsent(field.name(), none -> new ArrayList<>(1)).add(field));
        var names = new ArrayList<String>();
        var fields = new ArrayList<HeaderField>();
        SEALED.forEach(name -> {
            add(name, byName, names, fields);
            names.add(name);
        });
        SIGNED_IF_PRESENT.forEach(name -> add(name, byName, names, fields));
        return new SignedFields(names, fields);
    }

    private static void add(
            String name, Map<String, List<HeaderField>> byName, List<String> names, List<HeaderField> fields) {
        List<HeaderField> all = byName.getOrDefault(name, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            names.add(name);
            fields.add(all.get(i));
        }
    }
}
