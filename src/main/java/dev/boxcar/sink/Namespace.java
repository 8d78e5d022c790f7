// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntries;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.index.StateJournal;
import dev.boxcar.sink.index.Summaries;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.message.MessageViewBuilder;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.InboxEvent.Deleted;
import dev.boxcar.sink.notify.InboxEvent.Many;
import dev.boxcar.sink.notify.InboxEvent.Truncated;
import dev.boxcar.sink.notify.InboxEvent.Updated;
import dev.boxcar.sink.notify.Notifier;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.sink.notify.WaitResult;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one namespace of an {@link Inbox}. Ids that it does not have are passed over: the message may just
 * have been deleted.
 *
 * <p>A search that takes longer than half a minute throws {@link SearchTimeoutException}, whose message is the user's.
 * What changes something (read, tags, deletion) returns when the spool has written it down, as safe as its messages
 * are, and throws {@link NotStoredException} where it has not. Any thread that may read files; none that commits.
 */
public final class Namespace {
    private static final long LONGEST_SEARCH_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_TOLD_EACH = 200;
    private static final int MOST_ANSWERED = 1000;
    private static final int MOST_LOOKED_INTO_FOR_TAGS = 2000;
    private static final int ROWS_A_LOOK = 64;

    private final String name;
    private final Spool spool;
    private final StateJournal journal;
    private final MessageIndex index;
    private final FieldsLoader digests;
    private final Notifier announcer;
    private final Summaries summaries = new Summaries();

    Namespace(
            String name,
            Spool spool,
            StateJournal journal,
            MessageIndex index,
            FieldsLoader digests,
            Notifier announcer) {
        this.name = name;
        this.spool = spool;
        this.journal = journal;
        this.index = index;
        this.digests = digests;
        this.announcer = announcer;
    }

    /** The namespace; an empty text is the default one. */
    public String name() {
        return name;
    }

    /** How many messages there are. */
    public int total() {
        return index.view(name).total();
    }

    /** How many of them nobody has read. */
    public int unread() {
        return index.view(name).unread();
    }

    /**
     * The place in the commit sequence up to which messages are here: what comes later has a greater
     * {@link MessageSummary#cursor}.
     */
    public long cursor() {
        return index.view(name).cursor();
    }

    /** Messages from the {@code start}th newest on, at most {@code limit} of them; 0 is without bound. */
    public MessagePage list(int start, int limit) {
        lookForTags();
        MessageIndex.View view = index.view(name);
        var messages = new ArrayList<MessageSummary>();
        // without holes the place is known; with holes they are counted
        boolean holes = view.total() != view.rows().end();
        int skip = holes ? start : 0;
        for (int slot = view.rows().end() - 1 - (holes ? 0 : start);
                slot >= 0 && (limit == 0 || messages.size() < limit);
                slot--) {
            NamespaceEntry row = view.rows().at(slot);
            if (row != null && skip-- <= 0) {
                add(messages, row);
            }
        }
        return new MessagePage(
                view.total(),
                view.unread(),
                view.total(),
                view.unread(),
                start,
                List.copyOf(messages),
                List.copyOf(view.tags().keySet()),
                view.cursor());
    }

    /** The same of those messages that match and came later than the cursor {@code after}; 0 is from the beginning. */
    public MessagePage search(Query query, long after, int start, int limit) {
        lookForTags();
        MessageIndex.View view = index.view(name);
        var messages = new ArrayList<MessageSummary>();
        var matches = new int[2];
        eachMatch(view, query, after, row -> {
            int place = matches[0]++;
            matches[1] += row.read ? 0 : 1;
            if (place >= start && (limit == 0 || messages.size() < limit)) {
                add(messages, row);
            }
            return true;
        });
        return new MessagePage(
                view.total(),
                view.unread(),
                matches[0],
                matches[1],
                start,
                List.copyOf(messages),
                List.copyOf(index.view(name).tags().keySet()),
                view.cursor());
    }

    private void add(List<MessageSummary> messages, NamespaceEntry row) {
        MessageSummary summary = summaries.of(row, digests);
        if (summary != null) {
            messages.add(summary);
        }
    }

    /** Shows each match, newest first, until it says no. */
    private void eachMatch(MessageIndex.View view, Query query, long after, Function<NamespaceEntry, Boolean> shown) {
        long deadline = System.nanoTime() + LONGEST_SEARCH_NANOS;
        var look = new SearchCandidate(digests, index, deadline);
        for (int slot = view.rows().end() - 1; slot >= 0; slot--) {
            if (slot % ROWS_A_LOOK == 0 && System.nanoTime() - deadline > 0) {
                throw new SearchTimeoutException("the search takes too long on these messages");
            }
            NamespaceEntry row = view.rows().at(slot);
            if (row == null) {
                continue;
            }
            if (row.entry.sequence <= after) {
                return;
            }
            if (matches(query, look.at(row)) && !shown.apply(row)) {
                return;
            }
        }
    }

    private static boolean matches(Query query, SearchCandidate look) {
        try {
            return query.matches(look);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The newest message that matches, or null. */
    public @Nullable MessageSummary latest(Query query) {
        MessageSummary[] latest = {null};
        eachMatch(index.view(name), query, 0, row -> {
            latest[0] = summaries.of(row, digests);
            return latest[0] == null;
        });
        return latest[0];
    }

    /** This message, or null. */
    public @Nullable MessageSummary find(Ulid id) {
        NamespaceEntry row = index.find(id, name);
        return row == null ? null : summaries.of(row, digests);
    }

    /** Envelope and exact bytes of this message, or null. */
    public @Nullable SpoolRecord record(Ulid id) throws IOException {
        return index.find(id, name) == null ? null : spool.find(id);
    }

    /** This message taken apart, or null. It is not marked as read by that. */
    public @Nullable MessageView view(Ulid id) throws IOException {
        MessageSummary summary = find(id);
        SpoolRecord record = summary == null ? null : record(id);
        if (summary == null || record == null) {
            return null;
        }
        try (InputStream body = record.body()) {
            return MessageViewBuilder.of(summary, body);
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            return null;
        }
    }

    /**
     * Shows one part of a message, its bytes decoded, and throws before its end where the message is damaged anywhere;
     * false where there is no such message or part.
     */
    public boolean part(Ulid id, String partId, PartReader reader) throws IOException {
        SpoolRecord record = record(id);
        if (record == null) {
            return false;
        }
        try (InputStream body = record.body()) {
            var one = new OnePart(partId, (part, content) -> reader.read(part, new PartOf(body, content)));
            MimeParser.walk(body, one);
            return one.done();
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            return false;
        }
    }

    /** Reads a part. */
    @FunctionalInterface
    public interface PartReader {
        /** The bytes are there for the length of the call. */
        void read(Part part, InputStream content) throws IOException;
    }

    /** Every message that matches: to be marked or deleted. */
    public List<Ulid> ids(Query query) {
        return rows(query).stream().map(row -> row.entry.id).toList();
    }

    private List<NamespaceEntry> rows(Query query) {
        var rows = new ArrayList<NamespaceEntry>();
        eachMatch(index.view(name), query, 0, row -> rows.add(row));
        return rows;
    }

    private List<NamespaceEntry> rows(Collection<Ulid> ids) {
        var rows = new ArrayList<NamespaceEntry>();
        for (Ulid id : ids) {
            NamespaceEntry row = index.find(id, name);
            if (row != null) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Marks these messages as read or unread; how many changed. */
    public int setRead(Collection<Ulid> ids, boolean read) {
        return setRead(rows(ids), read);
    }

    /** Marks every message that matches. */
    public int setRead(Query query, boolean read) {
        return setRead(rows(query), read);
    }

    private int setRead(List<NamespaceEntry> rows, boolean read) {
        return told(() -> index.read(rows, read), row -> new Updated(row.entry.id, read, null));
    }

    /**
     * Gives these messages exactly these tags; those that are not {@link Tags#isValid} are passed over. How many
     * changed.
     */
    public int setTags(Collection<Ulid> ids, Collection<String> tags) {
        lookInto(rows(ids));
        List<String> set = Tags.of(tags);
        return tag(rows(ids), before -> set);
    }

    /** Gives a tag another name, on every message; how many changed. */
    public int renameTag(String from, String to) {
        return replaceTag(from, List.of(to));
    }

    /** Takes a tag off every message; how many changed. */
    public int deleteTag(String tag) {
        return replaceTag(tag, List.of());
    }

    private int replaceTag(String tag, List<String> instead) {
        List<NamespaceEntry> all = rows(Query.ALL);
        lookInto(all);
        return tag(all, before -> without(before, tag, instead));
    }

    private static List<String> without(List<String> tags, String tag, List<String> instead) {
        if (tags.stream().noneMatch(tag::equalsIgnoreCase)) {
            return tags;
        }
        var changed = new ArrayList<>(tags);
        changed.removeIf(tag::equalsIgnoreCase);
        changed.addAll(instead);
        return Tags.of(changed);
    }

    private int tag(List<NamespaceEntry> rows, Function<List<String>, List<String>> change) {
        return told(() -> index.tag(rows, change), row -> new Updated(row.entry.id, null, row.tags));
    }

    /** How many messages have each tag; tags in order, in any case. */
    public Map<String, Integer> tags() {
        lookForTags();
        return index.view(name).tags();
    }

    /**
     * Looks into what has just come, so that the tags it brings are known; where much has come at once, they are known
     * a little later.
     */
    private void lookForTags() {
        for (IndexEntry entry : index.pending(MOST_LOOKED_INTO_FOR_TAGS)) {
            if (!entry.looked) {
                digests.kept(entry);
            }
        }
    }

    private void lookInto(List<NamespaceEntry> rows) {
        for (NamespaceEntry row : rows) {
            if (!row.entry.looked) {
                digests.kept(row.entry);
            }
        }
    }

    /**
     * Deletes these messages from this namespace; a message that is in no other goes from the spool. How many there
     * were.
     */
    public int delete(Collection<Ulid> ids) {
        return told(() -> index.delete(rows(ids)), row -> new Deleted(row.entry.id));
    }

    /** Deletes every message that matches. */
    public int delete(Query query) {
        return told(() -> index.delete(rows(query)), row -> new Deleted(row.entry.id));
    }

    /** Deletes every message. */
    public int deleteAll() {
        long from = journal.again();
        int deleted = index.delete(rows(Query.ALL)).size();
        announcer.happened(name, new Truncated());
        journal.await(from);
        return deleted;
    }

    /** Makes a change, tells those who listen, and returns when the spool has it. */
    private int told(Supplier<List<NamespaceEntry>> change, Function<NamespaceEntry, InboxEvent> event) {
        long from = journal.again();
        List<NamespaceEntry> changed = change.get();
        if (changed.size() > MOST_TOLD_EACH) {
            announcer.happened(name, new Many(changed.size()));
        } else {
            changed.forEach(row -> announcer.happened(name, event.apply(row)));
        }
        journal.await(from);
        return changed.size();
    }

    /**
     * Answers as soon as {@code count} messages match that came later than the cursor {@code after}, or when
     * {@code timeout} has passed; see {@link PendingWait} for the thread. Those that are here already count, up to
     * 1,000 of them.
     *
     * @return null where too many wait already: then there is no answer
     */
    public @Nullable PendingWait await(
            Query query, long after, int count, Duration timeout, Consumer<WaitResult> answer) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var waiting = new PendingWait(name, query, after, count, deadline, row -> summaries.of(row, digests), answer);
        long upTo = announcer.await(waiting);
        if (upTo < 0) {
            return null;
        }
        try {
            offerEarlier(waiting, after, upTo);
            waiting.caughtUp();
        } catch (IOException | SearchTimeoutException e) {
            waiting.fail(WaitResult.Outcome.FAILED, String.valueOf(e.getMessage()));
        }
        announcer.awaits();
        return waiting;
    }

    private void offerEarlier(PendingWait waiting, long after, long upTo) throws IOException {
        NamespaceEntries.Snapshot rows = index.view(name).rows();
        var look = new SearchCandidate(digests, index, System.nanoTime() + LONGEST_SEARCH_NANOS);
        int most = Math.max(waiting.count, MOST_ANSWERED);
        for (int slot = rows.firstBehind(after); slot < rows.end(); slot++) {
            NamespaceEntry row = rows.at(slot);
            if (row == null || row.entry.sequence <= after) {
                continue;
            }
            if (row.entry.sequence > upTo || waiting.offerEarlier(row, look, most)) {
                return;
            }
        }
    }

    /**
     * Tells {@code listener} on {@code executor} what happens from now on, at first the counts; null where too many
     * listen already.
     */
    public @Nullable Subscription subscribe(Executor executor, Subscription.Listener listener) {
        var subscription = new Subscription(name, executor, listener);
        return announcer.listen(subscription) ? subscription : null;
    }

    /**
     * A part on its way out. Before its end is told the rest of the message is read, too: that tells whether it is what
     * was written.
     */
    private static final class PartOf extends FilterInputStream {
        private final InputStream message;

        PartOf(InputStream message, InputStream part) {
            super(part);
            this.message = message;
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            return checked(super.read(target, from, length));
        }

        private int checked(int read) throws IOException {
            if (read < 0) {
                message.transferTo(OutputStream.nullOutputStream());
            }
            return read;
        }
    }

    /** Looks for one part. */
    private static final class OnePart implements MimeParser.Visitor {
        private final String id;
        private final PartReader reader;
        private boolean found;

        OnePart(String id, PartReader reader) {
            this.id = id;
            this.reader = reader;
        }

        @Override
        public void part(Part part, InputStream content) throws IOException {
            if (part.id().equals(id)) {
                found = true;
                reader.read(part, content);
            }
        }

        @Override
        public boolean done() {
            return found;
        }
    }
}
