// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.search.SearchableMessage;
import dev.boxcar.sink.search.TextMatcher;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One message as a query asks it: first what is in memory, then the filter, which rules most of the rest out, then the
 * spool. Confined to one thread, and used again for each message.
 */
public final class SearchCandidate implements SearchableMessage {
    private final FieldsLoader digests;
    private final BiPredicate<IndexEntry, String> membership;
    private final long deadlineNanos;
    private @Nullable NamespaceEntry row;
    private @Nullable MessageFields digest;
    private @Nullable MessageFields whole;
    private @Nullable Headers headers;

    public SearchCandidate(FieldsLoader digests, MessageIndex index, long deadlineNanos) {
        this.digests = digests;
        this.membership = index::isIn;
        this.deadlineNanos = deadlineNanos;
    }

    /** Turns to another message. */
    public SearchCandidate at(NamespaceEntry next) {
        row = next;
        digest = null;
        whole = null;
        headers = null;
        return this;
    }

    private NamespaceEntry row() {
        if (row == null) {
            throw new IllegalStateException("at no message");
        }
        return row;
    }

    private @Nullable MessageFields digest() {
        if (digest == null) {
            digest = digests.kept(row().entry);
        }
        return digest;
    }

    @Override
    public boolean has(Field field, TextMatcher match) {
        MessageFields kept = digest();
        if (kept == null) {
            return false;
        }
        MessageFields.Field from = first(field);
        MessageFields.Field to = field == Field.EVERYTHING ? MessageFields.Field.TEXT : from;
        if (kept.has(from, to, match, deadlineNanos)) {
            return true;
        }
        if (kept.isWhole(to) || !kept.mayHave(match.certain())) {
            return false;
        }
        if (whole == null) {
            whole = digests.whole(row().entry);
        }
        return whole != null && whole.has(from, to, match, deadlineNanos);
    }

    private static MessageFields.Field first(Field field) {
        return switch (field) {
            case MESSAGE_ID -> MessageFields.Field.MESSAGE_ID;
            case RECIPIENTS -> MessageFields.Field.RECIPIENTS;
            case FROM, EVERYTHING -> MessageFields.Field.FROM;
            case SUBJECT -> MessageFields.Field.SUBJECT;
            case TO -> MessageFields.Field.TO;
            case CC -> MessageFields.Field.CC;
            case BCC -> MessageFields.Field.BCC;
            case REPLY_TO -> MessageFields.Field.REPLY_TO;
            case SENDER -> MessageFields.Field.SENDER;
        };
    }

    @Override
    public boolean hasHeader(String name, TextMatcher match) {
        MessageFields kept = digest();
        if (kept == null || !kept.mayHaveHeader(name) || !kept.mayHave(match.certain())) {
            return false;
        }
        if (headers == null) {
            headers = digests.headers(row().entry);
        }
        for (Headers.Field field : headers.fields()) {
            if (field.name().equalsIgnoreCase(name) && match.isIn(field.decoded(), deadlineNanos)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isTagged(String tag) {
        digest();
        for (String own : row().tags) {
            if (own.equalsIgnoreCase(tag)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isTagged() {
        digest();
        return !row().tags.isEmpty();
    }

    @Override
    public boolean isRead() {
        return row().read;
    }

    @Override
    public boolean isIn(String namespace) {
        return membership.test(row().entry, namespace);
    }

    @Override
    public int attachments() {
        MessageFields kept = digest();
        return kept == null ? 0 : kept.attachments();
    }

    @Override
    public int inlines() {
        MessageFields kept = digest();
        return kept == null ? 0 : kept.inlines();
    }

    @Override
    public Instant created() {
        return Instant.ofEpochMilli(row().entry.createdMillis);
    }

    @Override
    public long size() {
        return row().entry.size;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }
}
