// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.sink.index.StateJournal;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.message.MessageViewBuilder;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.InboxEvent.BulkChange;
import dev.boxcar.sink.notify.InboxEvent.Deleted;
import dev.boxcar.sink.notify.InboxEvent.Truncated;
import dev.boxcar.sink.notify.InboxEvent.Updated;
import dev.boxcar.sink.notify.Notifier;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.sink.notify.WaitRequest;
import dev.boxcar.sink.notify.WaitResult;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one namespace of an {@link Inbox}. Methods ignore the id of a message that the namespace does not
 * have, because another user may just have deleted the message.
 *
 * <p>A search that takes more than half a minute throws {@link SearchTimeoutException}, whose message is for the user.
 * A method that sets read marks or tags, or deletes messages, returns once the spool has stored the change as durably
 * as it stores messages. It throws {@link NotStoredException} if the spool could not store the change. Any thread that
 * may read files, except the thread that commits messages.
 */
public final class Namespace {
    private static final int MAX_SINGLE_EVENTS = 200;

    private final String name;
    private final Spool spool;
    private final StateJournal journal;
    private final MessageIndex index;
    private final FieldsLoader loader;
    private final Notifier notifier;
    private final NamespaceSearch search;

    Namespace(
            String name,
            Spool spool,
            StateJournal journal,
            MessageIndex index,
            FieldsLoader loader,
            Notifier notifier) {
        this.name = name;
        this.spool = spool;
        this.journal = journal;
        this.index = index;
        this.loader = loader;
        this.notifier = notifier;
        this.search = new NamespaceSearch(name, index, loader);
    }

    /** The name; empty for the default namespace. */
    public String name() {
        return name;
    }

    /** The number of messages. */
    public int total() {
        return index.snapshot(name).total();
    }

    /** The number of unread messages. */
    public int unread() {
        return index.snapshot(name).unread();
    }

    /** The place in the commit sequence of the newest message; later messages have a greater cursor. */
    public long cursor() {
        return index.cursor();
    }

    /** At most {@code limit} messages from the {@code start}th newest on; limit 0: all. */
    public MessagePage list(int start, int limit) {
        return search.list(start, limit);
    }

    /** Lists in the same way only the messages that match and whose cursor is greater than {@code after}. */
    public MessagePage search(Query query, long after, int start, int limit) {
        return search.search(query, after, start, limit);
    }

    /** The newest message that matches, or null. */
    public @Nullable MessageSummary latest(Query query) {
        return search.latest(query);
    }

    /** The ids of all messages that match. */
    public List<Ulid> ids(Query query) {
        return search.all(query).stream().map(entry -> entry.message().id()).toList();
    }

    /** The message with this id, or null. */
    public @Nullable MessageSummary find(Ulid id) {
        NamespaceEntry entry = index.find(id, name);
        return entry == null ? null : loader.summary(entry);
    }

    /** Envelope and exact bytes of this message, or null. */
    public @Nullable SpoolRecord record(Ulid id) throws IOException {
        return index.find(id, name) == null ? null : spool.find(id);
    }

    /** This message as a reader sees it, or null. Does not mark it as read. */
    public @Nullable MessageView view(Ulid id) throws IOException {
        MessageSummary summary = find(id);
        SpoolRecord record = summary == null ? null : record(id);
        if (summary == null || record == null) {
            return null;
        }
        try (InputStream body = record.body()) {
            return MessageViewBuilder.build(summary, body);
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            return null;
        }
    }

    /** The message in a part of this message, or null if there is no such part. */
    public @Nullable MessageView embedded(Ulid id, String partId) throws IOException {
        MessageSummary outer = find(id);
        var view = new AtomicReference<@Nullable MessageView>();
        if (outer != null) {
            part(id, partId, (part, content) -> view.set(MessageViewBuilder.buildEmbedded(outer, partId, content)));
        }
        return view.get();
    }

    /**
     * Gives one part of a message to {@code reader}; {@code 2:1} is the first part of the message in part 2. The stream
     * throws before its end if the message is damaged anywhere. Returns false if there is no such message or part.
     */
    public boolean part(Ulid id, String partId, PartReader reader) throws IOException {
        SpoolRecord record = record(id);
        if (record == null) {
            return false;
        }
        try (InputStream body = record.body()) {
            return MessageParts.read(body, partId, reader);
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            return false;
        }
    }

    /** Reads a part of a message. */
    @FunctionalInterface
    public interface PartReader {
        /** Reads the decoded bytes; the stream is valid until the method returns. */
        void read(Part part, InputStream content) throws IOException;
    }

    /** Marks these messages as read or unread. Returns how many changed. */
    public int setRead(Collection<Ulid> ids, boolean read) {
        return setRead(search.all(ids), read);
    }

    /** Marks every message that matches. Returns how many changed. */
    public int setRead(Query query, boolean read) {
        return setRead(search.all(query), read);
    }

    private int setRead(List<NamespaceEntry> entries, boolean read) {
        return change(
                () -> index.setRead(entries, read),
                entry -> new Updated(entry.message().id(), read, null));
    }

    /**
     * Replaces the tags of these messages by the valid ones among {@code tags} (see {@link Tags#isValid}). Returns how
     * many messages changed.
     */
    public int setTags(Collection<Ulid> ids, Collection<String> tags) {
        List<NamespaceEntry> entries = search.all(ids);
        scan(entries);
        List<String> valid = Tags.of(tags);
        return setTags(entries, before -> valid);
    }

    /**
     * Adds the valid ones among these tags to these messages, and removes others. Returns how many messages changed.
     */
    public int changeTags(Collection<Ulid> ids, Collection<String> added, Collection<String> removed) {
        List<NamespaceEntry> entries = search.all(ids);
        scan(entries);
        return setTags(entries, before -> {
            var tags = new ArrayList<>(before);
            tags.removeIf(tag -> removed.stream().anyMatch(tag::equalsIgnoreCase));
            tags.addAll(added);
            return Tags.of(tags);
        });
    }

    /** Renames a tag on every message. Returns how many messages changed. */
    public int renameTag(String from, String to) {
        return replaceTag(from, List.of(to));
    }

    /** Removes a tag from every message. Returns how many messages changed. */
    public int deleteTag(String tag) {
        return replaceTag(tag, List.of());
    }

    private int replaceTag(String tag, List<String> replacement) {
        List<NamespaceEntry> entries = search.all(Query.ALL);
        scan(entries);
        return setTags(entries, before -> replace(before, tag, replacement));
    }

    private static List<String> replace(List<String> tags, String tag, List<String> replacement) {
        if (tags.stream().noneMatch(tag::equalsIgnoreCase)) {
            return tags;
        }
        var changed = new ArrayList<>(tags);
        changed.removeIf(tag::equalsIgnoreCase);
        changed.addAll(replacement);
        return Tags.of(changed);
    }

    private int setTags(List<NamespaceEntry> entries, Function<List<String>, List<String>> change) {
        return change(
                () -> index.setTags(entries, change),
                entry -> new Updated(entry.message().id(), null, entry.tags()));
    }

    /** Scans the messages that were not scanned yet, so that the tags in them are known. */
    private void scan(List<NamespaceEntry> entries) {
        entries.forEach(entry -> loader.scan(entry.message()));
    }

    /** The number of messages per tag, ordered by tag without regard to case. */
    public Map<String, Integer> tags() {
        search.scanPending();
        return index.tagCounts(name);
    }

    /**
     * Deletes these messages from this namespace. A message that no other namespace has is deleted from the spool, too.
     * Returns how many messages were deleted.
     */
    public int delete(Collection<Ulid> ids) {
        return delete(search.all(ids));
    }

    /** Deletes every message that matches. Returns how many messages were deleted. */
    public int delete(Query query) {
        return delete(search.all(query));
    }

    private int delete(List<NamespaceEntry> entries) {
        return change(
                () -> index.delete(entries),
                entry -> new Deleted(entry.message().id()));
    }

    /** Deletes every message. Returns how many messages were deleted. */
    public int deleteAll() {
        long completedBefore = journal.retryRefused();
        int deleted = index.delete(search.all(Query.ALL)).size();
        notifier.changed(name, new Truncated());
        journal.awaitStored(completedBefore);
        return deleted;
    }

    /** Makes a change, reports it to subscribers, and waits until it is stored. Returns how many messages changed. */
    private int change(Supplier<List<NamespaceEntry>> change, Function<NamespaceEntry, InboxEvent> event) {
        long completedBefore = journal.retryRefused();
        List<NamespaceEntry> changed = change.get();
        if (changed.size() > MAX_SINGLE_EVENTS) {
            notifier.changed(name, new BulkChange(changed.size()));
        } else {
            changed.forEach(entry -> notifier.changed(name, event.apply(entry)));
        }
        journal.awaitStored(completedBefore);
        return changed.size();
    }

    /**
     * Waits until {@code count} messages match, or {@code timeout} has passed. Only messages whose cursor is greater
     * than {@code after} count. Messages already in the inbox count, too, up to 1,000 matching ones. See
     * {@link PendingWait} for the thread that calls {@code onResult}.
     *
     * @return null if there are too many waits; {@code onResult} is not called then
     */
    public @Nullable PendingWait await(
            Query query, long after, int count, Duration timeout, Consumer<WaitResult> onResult) {
        return notifier.await(new WaitRequest(name, query, after, count, timeout), onResult);
    }

    /**
     * Gives the events of this namespace to {@code listener} from now on, on {@code executor}. The first event is
     * {@link InboxEvent.Counts}. Returns null if there are too many subscriptions.
     */
    public @Nullable Subscription subscribe(Executor executor, Subscription.Listener listener) {
        return notifier.subscribe(name, executor, listener);
    }
}
