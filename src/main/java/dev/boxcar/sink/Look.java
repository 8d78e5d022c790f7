// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.search.Candidate;
import dev.boxcar.sink.search.Match;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One message as a query asks it: first what is in memory, then the filter, which rules most of the rest out, then the
 * spool. Confined to one thread, and used again for each message.
 */
final class Look implements Candidate {
    private final Digests digests;
    private final BiPredicate<Entry, String> membership;
    private final long deadlineNanos;
    private @Nullable Row row;
    private @Nullable Digest digest;
    private @Nullable Digest whole;
    private @Nullable Headers headers;

    Look(Digests digests, Index index, long deadlineNanos) {
        this.digests = digests;
        this.membership = index::isIn;
        this.deadlineNanos = deadlineNanos;
    }

    /** Turns to another message. */
    Look at(Row next) {
        row = next;
        digest = null;
        whole = null;
        headers = null;
        return this;
    }

    private Row row() {
        if (row == null) {
            throw new IllegalStateException("at no message");
        }
        return row;
    }

    private @Nullable Digest digest() {
        if (digest == null) {
            digest = digests.kept(row().entry);
        }
        return digest;
    }

    @Override
    public boolean has(Field field, Match match) {
        Digest kept = digest();
        if (kept == null) {
            return false;
        }
        Digest.Field from = first(field);
        Digest.Field to = field == Field.EVERYTHING ? Digest.Field.TEXT : from;
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

    private static Digest.Field first(Field field) {
        return switch (field) {
            case MESSAGE_ID -> Digest.Field.MESSAGE_ID;
            case RECIPIENTS -> Digest.Field.RECIPIENTS;
            case FROM, EVERYTHING -> Digest.Field.FROM;
            case SUBJECT -> Digest.Field.SUBJECT;
            case TO -> Digest.Field.TO;
            case CC -> Digest.Field.CC;
            case BCC -> Digest.Field.BCC;
            case REPLY_TO -> Digest.Field.REPLY_TO;
            case SENDER -> Digest.Field.SENDER;
        };
    }

    @Override
    public boolean hasHeader(String name, Match match) {
        Digest kept = digest();
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
        Digest kept = digest();
        return kept == null ? 0 : kept.attachments();
    }

    @Override
    public int inlines() {
        Digest kept = digest();
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
