// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.mime.Address;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes summaries of digests. Any thread. */
public final class Summaries {
    /** What a list shows of a message; null where it is gone. */
    @Nullable
    public MessageSummary of(NamespaceEntry row, FieldsLoader digests) {
        IndexEntry entry = row.entry;
        MessageFields kept = digests.kept(entry);
        // a list may have many messages with long fields: of each no more than the head is read again
        MessageFields digest = kept == null || kept.areFieldsWhole() ? kept : digests.head(entry);
        if (kept == null || digest == null || row.isGone()) {
            return null;
        }
        List<Address> from = digest.addresses(MessageFields.Field.FROM);
        return new MessageSummary(
                entry.id,
                entry.sequence,
                digest.text(MessageFields.Field.MESSAGE_ID),
                from.isEmpty() ? Address.NONE : from.get(0),
                digest.addresses(MessageFields.Field.TO),
                digest.addresses(MessageFields.Field.CC),
                digest.addresses(MessageFields.Field.BCC),
                digest.addresses(MessageFields.Field.REPLY_TO),
                digest.text(MessageFields.Field.SUBJECT),
                Instant.ofEpochMilli(entry.createdMillis),
                digest.text(MessageFields.Field.USER),
                row.tags,
                entry.size,
                kept.attachments(),
                kept.inlines(),
                kept.snippet(),
                row.read,
                digest.text(MessageFields.Field.SENDER),
                digest.lines(MessageFields.Field.RECIPIENTS),
                digest.text(MessageFields.Field.SESSION),
                digest.text(MessageFields.Field.LISTENER));
    }
}
