// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FreshMessage;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.notify.Notifier;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Adds the spool's messages to the index: first the stored ones, then each new one, on the thread that commits it. */
final class SpoolFollower implements Spool.Follower {
    private static final long MAX_FRESH_BYTES = 64 * 1024;
    private static final long MAX_OPEN_MINUTES = 10;

    private final Spool spool;
    private final MessageIndex index;
    private final Notifier notifier;
    private final NamespaceSelector selector;
    private final CountDownLatch caughtUp = new CountDownLatch(1);

    SpoolFollower(Spool spool, MessageIndex index, Notifier notifier, NamespaceSelector selector) {
        this.spool = spool;
        this.index = index;
        this.notifier = notifier;
        this.selector = selector;
    }

    /** Returns once all messages that the spool held at first are in the index. */
    void awaitCaughtUp() throws SpoolException {
        try {
            if (!caughtUp.await(MAX_OPEN_MINUTES, TimeUnit.MINUTES)) {
                throw new SpoolException("the spool did not list its messages within 10 minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpoolException("interrupted while the inbox was opened", e);
        }
    }

    @Override
    public void record(SpoolRecord record) {
        if (record.type().isMessage()) {
            add(record);
        } else if (record.type() == RecordType.DONE) {
            index.droppedBySpool(record.id());
        }
    }

    @Override
    public void caughtUp() {
        caughtUp.countDown();
    }

    private void add(SpoolRecord record) {
        boolean isNew = caughtUp.getCount() == 0;
        long size = record.bodyLength();
        Envelope envelope = record.envelope(); // called once: a spool in memory builds it at each call
        boolean keepFresh = isNew && notifier.isNeeded() && size <= MAX_FRESH_BYTES && index.hasRoomForFresh(size);
        var entry = new IndexEntry(
                record.id(),
                record.sequence(),
                record.received(envelope).toEpochMilli(),
                size,
                envelope.length(),
                keepFresh ? fresh(record, envelope) : null);
        if (isNew) {
            index.countReceived(size);
        }
        index.add(entry, selector.namespaces(record, envelope), isNew ? Map.of() : spool.states(record.id()));
        notifier.arrived(size);
    }

    private static @Nullable FreshMessage fresh(SpoolRecord record, Envelope envelope) {
        try (InputStream body = record.body()) {
            return new FreshMessage(envelope, body.readNBytes((int) record.bodyLength()));
        } catch (IOException e) {
            return null; // the message is read from the spool later
        }
    }
}
