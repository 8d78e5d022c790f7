// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.index.StateJournal;
import dev.boxcar.sink.index.Summaries;
import dev.boxcar.sink.notify.Notifier;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a spool, to be listed, searched, waited for, marked and deleted.
 *
 * <p>Promises: a message is in it before its 250 can leave, since the spool shows it before it completes it, and never
 * before it is committed. Read, tags and deletion are per namespace and survive a restart of a spool on disk. What its
 * retention lets go is counted and told. The heap that it takes is bounded, but for some 300 bytes a message: beyond
 * the bound, the digests of the oldest are made anew when they are asked for.
 *
 * <p>Threads: any, save that whatever reads messages reads files, and so is nothing for an event loop. The spool
 * belongs to the caller, who closes it after the inbox.
 */
public final class Inbox implements AutoCloseable {
    private static final long LARGEST_FRESH_BYTES = 64 * 1024;
    private static final long OPENING_MINUTES = 10;
    private static final int HEAP_SHARE = 4;

    private final Spool spool;
    private final NamespaceSelector selector;
    private final StateJournal journal;
    private final MessageIndex index;
    private final FieldsLoader digests;
    private final Notifier announcer;
    private final CountDownLatch caughtUp = new CountDownLatch(1);

    private Inbox(Spool spool, Retention retention, NamespaceSelector selector, long mostHeldBytes) {
        this.spool = spool;
        this.selector = selector;
        this.journal = new StateJournal(spool);
        var summaries = new Summaries();
        this.index = new MessageIndex(journal, retention, this::pruned, mostHeldBytes);
        this.digests = new FieldsLoader(spool, index);
        this.announcer = new Notifier(index, digests, retention, row -> summaries.of(row, digests));
    }

    /** The messages of {@code spool}, all that it holds and all that come; returns when the former are there. */
    public static Inbox open(Spool spool, Retention retention, NamespaceSelector selector) throws SpoolException {
        return open(spool, retention, selector, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** The same, with another bound on the heap that digests take; the default is a quarter of the heap. */
    public static Inbox open(Spool spool, Retention retention, NamespaceSelector selector, long mostHeldBytes)
            throws SpoolException {
        var inbox = new Inbox(spool, retention, selector, mostHeldBytes);
        spool.follow(1, inbox.new Following());
        try {
            if (!inbox.caughtUp.await(OPENING_MINUTES, TimeUnit.MINUTES)) {
                throw new SpoolException("the spool does not say what it holds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpoolException("interrupted while the inbox was opened", e);
        }
        inbox.announcer.start();
        return inbox;
    }

    /**
     * The messages of a namespace; an empty text is the default one, which has all. One that has no messages is empty.
     */
    public Namespace namespace(String namespace) {
        return new Namespace(namespace, spool, journal, index, digests, announcer);
    }

    /** The namespaces that have messages, in order, without the default one. */
    public List<String> namespaces() {
        return index.namespaces();
    }

    /** What selects namespaces. */
    public NamespaceSelector selector() {
        return selector;
    }

    /** Counters, and how things stand. */
    public InboxStatistics statistics() {
        return index.statistics(announcer.waiting(), announcer.listening(), announcer.droppedListeners());
    }

    /**
     * Tells those who listen what has come, answers those who wait, and then tells nobody any more. A second call does
     * nothing.
     */
    @Override
    public void close() {
        announcer.close();
    }

    MessageIndex index() {
        return index;
    }

    FieldsLoader digests() {
        return digests;
    }

    private void pruned(String namespace) {
        announcer.pruned(namespace);
    }

    /** Sees what the spool commits, on the thread that commits. */
    private final class Following implements Spool.Follower {
        @Override
        public void record(SpoolRecord record) {
            if (record.type().isMessage()) {
                add(record);
            } else if (record.type() == RecordType.DONE) {
                index.dropped(record.id());
            }
        }

        @Override
        public void caughtUp() {
            caughtUp.countDown();
        }

        private void add(SpoolRecord record) {
            boolean past = caughtUp.getCount() > 0;
            long size = record.bodyLength();
            Envelope envelope = record.text(); // once: a spool in memory makes it anew each time
            long received = record.received(envelope).toEpochMilli();
            var entry = new IndexEntry(record.id(), record.sequence(), received, size, size + envelope.length());
            if (!past && announcer.isAskedFor() && size <= LARGEST_FRESH_BYTES && index.keepsFresh(size)) {
                entry.fresh = fresh(record, envelope);
            }
            if (!past) {
                index.received(size);
            }
            index.add(entry, selector.namespaces(record, envelope), past ? spool.states(record.id()) : Map.of());
            announcer.arrived(size);
        }

        private IndexEntry.@Nullable Fresh fresh(SpoolRecord record, Envelope envelope) {
            try (InputStream body = record.body()) {
                return new IndexEntry.Fresh(envelope, body.readNBytes((int) record.bodyLength()));
            } catch (IOException e) {
                return null; // the spool is asked later
            }
        }
    }
}
