// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into messages, whenever somebody needs to know: what is kept is given at once, all else is read from the spool.
 * Any thread but those that may not touch files; two that look into one message at a time do so twice, and find the
 * same.
 */
public final class FieldsLoader {
    private static final Logger LOG = LoggerFactory.getLogger(FieldsLoader.class);

    private final Spool spool;
    private final MessageIndex index;

    public FieldsLoader(Spool spool, MessageIndex index) {
        this.spool = spool;
        this.index = index;
    }

    /** The digest of a message, long fields cut; null where the message is gone. */
    @Nullable
    public MessageFields kept(IndexEntry entry) {
        MessageFields digest = entry.digest;
        return digest == null ? look(entry) : digest;
    }

    private @Nullable MessageFields look(IndexEntry entry) {
        MessageScan reading = read(entry, MessageScan::of);
        if (reading == null) {
            return null;
        }
        var addresses = new Addresses(reading);
        MessageFields digest = MessageFields.kept(entry, reading, addresses.to, addresses.cc, addresses.bcc);
        index.looked(entry, digest, Tags.ofMessage(reading.headers, addresses.all()));
        return digest;
    }

    /** The digest with every field to its end; null where the message is gone. */
    @Nullable
    MessageFields whole(IndexEntry entry) {
        return whole(entry, MessageScan::of);
    }

    /** The same without text and files: nothing but the head of the message is read. */
    @Nullable
    MessageFields head(IndexEntry entry) {
        return whole(entry, MessageScan::ofHead);
    }

    private @Nullable MessageFields whole(IndexEntry entry, Way way) {
        MessageScan reading = read(entry, way);
        if (reading == null) {
            return null;
        }
        var addresses = new Addresses(reading);
        return MessageFields.whole(entry, reading, addresses.to, addresses.cc, addresses.bcc);
    }

    /** The header fields of a message; none where it is gone. */
    Headers headers(IndexEntry entry) {
        Headers[] found = {Headers.NONE};
        try {
            SpoolRecord record = spool.find(entry.id);
            if (record != null) {
                try (InputStream body = asItIs(record)) {
                    MimeParser.walk(body, new HeadersAlone(found));
                }
            }
        } catch (IOException e) {
            unreadable(entry, e);
        }
        return found[0];
    }

    /** How much of a message is read. */
    private interface Way {
        MessageScan read(Envelope envelope, InputStream message) throws IOException;
    }

    private @Nullable MessageScan read(IndexEntry entry, Way way) {
        IndexEntry.Fresh fresh = index.fresh(entry);
        try {
            if (fresh != null) {
                return way.read(fresh.envelope(), new ByteArrayInputStream(fresh.bytes()));
            }
            SpoolRecord record = spool.find(entry.id);
            if (record == null) {
                return null;
            }
            try (InputStream body = asItIs(record)) {
                return way.read(record.text(), body);
            }
        } catch (IOException e) {
            unreadable(entry, e);
            return null;
        }
    }

    /** A damaged message is listed with what is left of it; who reads the message itself is told. */
    private static InputStream asItIs(SpoolRecord record) throws IOException {
        return record.body(0, record.bodyLength());
    }

    private static void unreadable(IndexEntry entry, IOException e) {
        if (!(e instanceof NoSuchFileException || e instanceof FileNotFoundException)) {
            LOG.warn("event=unreadable id={} cause=\"{}\"", entry.id, e.getMessage());
        }
    }

    /** Whom a message names, read once. */
    private static final class Addresses {
        final List<Address> to;
        final List<Address> cc;
        final List<Address> bcc;
        private final List<Address> from;

        Addresses(MessageScan reading) {
            to = reading.headers.addresses("To");
            cc = reading.headers.addresses("Cc");
            bcc = reading.bcc(to, cc);
            from = reading.headers.addresses("From");
        }

        List<Address> all() {
            var all = new ArrayList<Address>(from);
            all.addAll(to);
            all.addAll(cc);
            all.addAll(bcc);
            return all;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record HeadersAlone(Headers[] found) implements MimeParser.Visitor {
        @Override
        public void headers(Headers headers) {
            found[0] = headers;
        }

        @Override
        public void part(Part part, InputStream content) {
            // of no interest
        }

        @Override
        public boolean done() {
            return true;
        }
    }
}
