// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexStatistics;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.index.StateJournal;
import dev.boxcar.sink.notify.Notifier;
import dev.boxcar.sink.search.TagFilters;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import java.util.List;

/**
 * The messages of a spool, to be listed, searched, waited for, marked and deleted.
 *
 * <p>The spool reports a message to the inbox once it has committed the message, and before it tells the session so.
 * Therefore a message is in the inbox before the server replies 250. Read marks, tags and deletion are kept per
 * namespace, and survive a restart if the spool is on disk. Messages removed by retention are counted and reported. The
 * heap is bounded, apart from about 300 bytes per message. When the bound is reached, the fields that were extracted
 * first are dropped, and are read from the spool again on demand.
 *
 * <p>Any thread; but methods that read messages read files, so an event loop must not call them. The caller owns the
 * spool, and closes it after the inbox.
 */
public final class Inbox implements AutoCloseable {
    private static final int FIELDS_SHARE_OF_HEAP = 4;

    private final Spool spool;
    private final NamespaceSelector selector;
    private final StateJournal journal;
    private final MessageIndex index;
    private final FieldsLoader loader;
    private final Notifier notifier;

    private Inbox(
            Spool spool, Retention retention, NamespaceSelector selector, TagFilters filters, long maxFieldsBytes) {
        this.spool = spool;
        this.selector = selector;
        this.journal = new StateJournal(spool);
        this.index = new MessageIndex(journal, retention, this::pruned, maxFieldsBytes);
        this.loader = new FieldsLoader(spool, index, filters);
        this.notifier = new Notifier(index, loader, retention.age());
    }

    /** Opens an inbox over {@code spool}. Returns once all messages that the spool holds are in it. */
    public static Inbox open(Spool spool, Retention retention, NamespaceSelector selector) throws SpoolException {
        return open(spool, retention, selector, TagFilters.NONE);
    }

    /** Opens an inbox whose messages get the tags of {@code filters}, unless their tags were changed. */
    public static Inbox open(Spool spool, Retention retention, NamespaceSelector selector, TagFilters filters)
            throws SpoolException {
        return open(spool, retention, selector, filters, Runtime.getRuntime().maxMemory() / FIELDS_SHARE_OF_HEAP);
    }

    /** Opens an inbox with another bound on the heap for message fields; the default is a quarter of the heap. */
    public static Inbox open(Spool spool, Retention retention, NamespaceSelector selector, long maxFieldsBytes)
            throws SpoolException {
        return open(spool, retention, selector, TagFilters.NONE, maxFieldsBytes);
    }

    private static Inbox open(
            Spool spool, Retention retention, NamespaceSelector selector, TagFilters filters, long maxFieldsBytes)
            throws SpoolException {
        var inbox = new Inbox(spool, retention, selector, filters, maxFieldsBytes);
        var follower = new SpoolFollower(spool, inbox.index, inbox.notifier, selector);
        spool.follow(1, follower);
        follower.awaitCaughtUp();
        inbox.notifier.start();
        return inbox;
    }

    /** A namespace, which may have no messages. The empty name means the default one, which has all messages. */
    public Namespace namespace(String name) {
        return new Namespace(name, spool, journal, index, loader, notifier);
    }

    /** The namespaces that have messages, in order, without the default one. */
    public List<String> namespaces() {
        return index.namespaces();
    }

    /** The rule that selects the namespaces of a message. */
    public NamespaceSelector selector() {
        return selector;
    }

    /** Counters and sizes. */
    public InboxStatistics statistics() {
        IndexStatistics indexed = index.statistics();
        return new InboxStatistics(
                indexed.messages(),
                indexed.storedBytes(),
                indexed.received(),
                indexed.receivedBytes(),
                indexed.namespaces(),
                indexed.deleted(),
                indexed.pruned(),
                indexed.pending(),
                indexed.fieldsBytes(),
                notifier.waits(),
                notifier.subscriptions(),
                notifier.droppedSubscriptions(),
                indexed.unselected());
    }

    /** Delivers the events of all messages that have arrived, then ends all waits and subscriptions. Idempotent. */
    @Override
    public void close() {
        notifier.close();
    }

    MessageIndex index() {
        return index;
    }

    FieldsLoader loader() {
        return loader;
    }

    private void pruned(String namespace) {
        notifier.pruned(namespace);
    }
}
