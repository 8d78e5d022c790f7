// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.mime.Address;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes summaries of digests. Any thread. */
final class Summaries {
    /** What a list shows of a message; null where it is gone. */
    @Nullable
    MessageSummary of(Row row, Digests digests) {
        Entry entry = row.entry;
        Digest kept = digests.kept(entry);
        // a list may have many messages with long fields: of each no more than the head is read again
        Digest digest = kept == null || kept.areFieldsWhole() ? kept : digests.head(entry);
        if (kept == null || digest == null || row.isGone()) {
            return null;
        }
        List<Address> from = digest.addresses(Digest.Field.FROM);
        return new MessageSummary(
                entry.id,
                entry.sequence,
                digest.text(Digest.Field.MESSAGE_ID),
                from.isEmpty() ? Address.NONE : from.get(0),
                digest.addresses(Digest.Field.TO),
                digest.addresses(Digest.Field.CC),
                digest.addresses(Digest.Field.BCC),
                digest.addresses(Digest.Field.REPLY_TO),
                digest.text(Digest.Field.SUBJECT),
                Instant.ofEpochMilli(entry.createdMillis),
                digest.text(Digest.Field.USER),
                row.tags,
                entry.size,
                kept.attachments(),
                kept.inlines(),
                kept.snippet(),
                row.read,
                digest.text(Digest.Field.SENDER),
                digest.lines(Digest.Field.RECIPIENTS),
                digest.text(Digest.Field.SESSION),
                digest.text(Digest.Field.LISTENER));
    }
}
