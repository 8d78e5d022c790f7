// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.sink.search.SearchableMessage;
import dev.boxcar.sink.search.TextMatcher;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message of the index as a query examines it. It looks first at the fields in memory, then at the trigram filter,
 * which excludes most other messages, and last at the spool. One object serves all messages of a search, one after the
 * other. Confined to one thread.
 */
public final class SearchCandidate implements SearchableMessage {
    private static final long MAX_SEARCH_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final FieldsLoader loader;
    private final MessageIndex index;
    private final long deadlineNanos;
    private @Nullable NamespaceEntry current;
    private @Nullable MessageFields cached;
    private @Nullable MessageFields complete;
    private @Nullable Headers headers;

    /** A candidate for a search that must end by {@code deadlineNanos}, in {@link System#nanoTime}. */
    public SearchCandidate(FieldsLoader loader, MessageIndex index, long deadlineNanos) {
        this.loader = loader;
        this.index = index;
        this.deadlineNanos = deadlineNanos;
    }

    /** A candidate for a user's search, which takes at most half a minute. */
    public static SearchCandidate forSearch(FieldsLoader loader, MessageIndex index) {
        return new SearchCandidate(loader, index, System.nanoTime() + MAX_SEARCH_NANOS);
    }

    /** A message whose fields have just been extracted and are not kept yet. */
    static SearchCandidate ofFresh(
            FieldsLoader loader, MessageIndex index, NamespaceEntry message, MessageFields fields, long maxNanos) {
        var candidate = new SearchCandidate(loader, index, System.nanoTime() + maxNanos).moveTo(message);
        candidate.cached = fields;
        return candidate;
    }

    /** Throws if the search has reached its deadline. */
    public void checkDeadline() {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new SearchTimeoutException("the search takes too long on these messages");
        }
    }

    /** Makes this the candidate for another message, and returns it. */
    public SearchCandidate moveTo(NamespaceEntry next) {
        current = next;
        cached = null;
        complete = null;
        headers = null;
        return this;
    }

    private NamespaceEntry current() {
        if (current == null) {
            throw new IllegalStateException("moveTo() was not called");
        }
        return current;
    }

    private @Nullable MessageFields cached() {
        if (cached == null) {
            cached = loader.cached(current().message());
        }
        return cached;
    }

    @Override
    public boolean has(Field field, TextMatcher matcher) {
        MessageFields fields = cached();
        if (fields == null) {
            return false;
        }
        PackedFields.Field first = first(field);
        PackedFields.Field last = field == Field.EVERYTHING ? PackedFields.Field.TEXT : first;
        if (fields.matches(first, last, matcher, deadlineNanos)) {
            return true;
        }
        if (fields.isCompleteTo(last) || !fields.mayContain(matcher.requiredBytes())) {
            return false;
        }
        if (complete == null) {
            complete = loader.complete(current().message());
        }
        return complete != null && complete.matches(first, last, matcher, deadlineNanos);
    }

    private static PackedFields.Field first(Field field) {
        return switch (field) {
            case MESSAGE_ID -> PackedFields.Field.MESSAGE_ID;
            case RECIPIENTS -> PackedFields.Field.RECIPIENTS;
            case FROM, EVERYTHING -> PackedFields.Field.FROM;
            case SUBJECT -> PackedFields.Field.SUBJECT;
            case TO -> PackedFields.Field.TO;
            case CC -> PackedFields.Field.CC;
            case BCC -> PackedFields.Field.BCC;
            case REPLY_TO -> PackedFields.Field.REPLY_TO;
            case SENDER -> PackedFields.Field.SENDER;
        };
    }

    @Override
    public boolean hasHeader(String name, TextMatcher matcher) {
        MessageFields fields = cached();
        if (fields == null || !fields.mayHaveHeader(name) || !fields.mayContain(matcher.requiredBytes())) {
            return false;
        }
        if (headers == null) {
            headers = loader.headers(current().message());
        }
        for (Headers.Field field : headers.fields()) {
            if (field.name().equalsIgnoreCase(name) && matcher.matches(field.decoded(), deadlineNanos)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean hasTag(String tag) {
        cached(); // scans the message, which may carry tags itself
        return current().tags().stream().anyMatch(tag::equalsIgnoreCase);
    }

    @Override
    public boolean hasTags() {
        cached(); // scans the message, which may carry tags itself
        return !current().tags().isEmpty();
    }

    @Override
    public boolean isRead() {
        return current().isRead();
    }

    @Override
    public boolean isIn(String namespace) {
        return index.isIn(current().message(), namespace);
    }

    @Override
    public int attachments() {
        MessageFields fields = cached();
        return fields == null ? 0 : fields.attachments();
    }

    @Override
    public int inlines() {
        MessageFields fields = cached();
        return fields == null ? 0 : fields.inlines();
    }

    @Override
    public Instant received() {
        return Instant.ofEpochMilli(current().message().receivedMillis());
    }

    @Override
    public long size() {
        return current().message().bodyBytes();
    }
}
