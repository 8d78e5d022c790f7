// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.index.PackedFields.Field;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.sink.search.TagFilters;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the fields of messages: from memory if they are kept there, else from the spool. Any thread that may read
 * files. Two threads that load the same message at the same time both read it, and get the same result.
 */
public final class FieldsLoader {
    private static final Logger LOG = LoggerFactory.getLogger(FieldsLoader.class);

    /** How long the filters may take on one message. */
    private static final long MAX_FILTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Spool spool;
    private final MessageIndex index;
    private final TagFilters filters;

    /** Loads from {@code spool} and keeps in {@code index}. Messages get the tags of {@code filters}, too. */
    public FieldsLoader(Spool spool, MessageIndex index, TagFilters filters) {
        this.spool = spool;
        this.index = index;
        this.filters = filters;
    }

    /** Extracts the fields and tags of a message, unless that was done before. */
    public void scan(IndexEntry entry) {
        if (!entry.scanned) {
            cached(entry);
        }
    }

    /** The message as a list shows it; null if it is gone. */
    public @Nullable MessageSummary summary(NamespaceEntry inNamespace) {
        IndexEntry entry = inNamespace.message();
        MessageFields cached = cached(entry);
        // a list may have many messages with long fields: only the header of each is read again
        MessageFields fields =
                cached == null || cached.areFieldsComplete() ? cached : complete(entry, MessageScan::ofHeader);
        if (cached == null || fields == null || inNamespace.isRemoved()) {
            return null;
        }
        List<Address> from = fields.addresses(Field.FROM);
        return new MessageSummary(
                entry.id(),
                entry.sequence(),
                fields.text(Field.MESSAGE_ID),
                from.isEmpty() ? Address.NONE : from.get(0),
                fields.addresses(Field.TO),
                fields.addresses(Field.CC),
                fields.addresses(Field.BCC),
                fields.addresses(Field.REPLY_TO),
                fields.text(Field.SUBJECT),
                Instant.ofEpochMilli(entry.receivedMillis()),
                fields.text(Field.USER),
                inNamespace.tags(),
                entry.bodyBytes(),
                cached.attachments(),
                cached.inlines(),
                cached.snippet(),
                inNamespace.isRead(),
                fields.text(Field.SENDER),
                fields.lines(Field.RECIPIENTS),
                fields.text(Field.SESSION),
                fields.text(Field.LISTENER));
    }

    /** The fields of a message, with long fields cut; null if the message is gone. */
    @Nullable
    MessageFields cached(IndexEntry entry) {
        MessageFields fields = entry.fields;
        return fields == null ? loadAndKeep(entry) : fields;
    }

    private @Nullable MessageFields loadAndKeep(IndexEntry entry) {
        MessageScan scan = read(entry, MessageScan::ofMessage);
        if (scan == null) {
            return null;
        }
        MessageFields fields = MessageFields.cut(scan, defaultMessageId(entry));
        List<Address> addresses = Stream.of(scan.from(), scan.to(), scan.cc(), scan.bcc())
                .flatMap(List::stream)
                .toList();
        var tags = new ArrayList<>(Tags.ofMessage(scan.headers(), addresses));
        tags.addAll(filterTags(entry, fields));
        index.scanned(entry, fields, Tags.of(tags));
        return fields;
    }

    /** The tags that the filters give to a message whose fields have just been extracted. */
    private List<String> filterTags(IndexEntry entry, MessageFields fields) {
        NamespaceEntry message = filters.isEmpty() || entry.scanned ? null : index.find(entry.id(), "");
        if (message == null) {
            return List.of();
        }
        try {
            return filters.tagsOf(SearchCandidate.ofFresh(this, index, message, fields, MAX_FILTER_NANOS));
        } catch (IOException e) {
            logUnreadable(entry, e);
        } catch (SearchTimeoutException e) {
            LOG.warn("event=filters-too-slow id={}", entry.id());
        }
        return List.of();
    }

    /** The fields of a message, each complete; null if the message is gone. */
    @Nullable
    MessageFields complete(IndexEntry entry) {
        return complete(entry, MessageScan::ofMessage);
    }

    private @Nullable MessageFields complete(IndexEntry entry, Scanner scanner) {
        MessageScan scan = read(entry, scanner);
        return scan == null ? null : MessageFields.complete(scan, defaultMessageId(entry));
    }

    private static String defaultMessageId(IndexEntry entry) {
        return entry.id() + "@boxcar";
    }

    /** The header fields of a message; none if it is gone. */
    Headers headers(IndexEntry entry) {
        var found = new HeaderCollector();
        try {
            SpoolRecord record = spool.find(entry.id());
            if (record != null) {
                try (InputStream body = uncheckedBody(record)) {
                    MimeParser.parse(body, found);
                }
            }
        } catch (IOException e) {
            logUnreadable(entry, e);
        }
        return found.headers;
    }

    /** Reads the message or a part of it. */
    private interface Scanner {
        MessageScan scan(Envelope envelope, InputStream message) throws IOException;
    }

    private @Nullable MessageScan read(IndexEntry entry, Scanner scanner) {
        FreshMessage fresh = index.fresh(entry);
        try {
            if (fresh != null) {
                return scanner.scan(fresh.envelope(), new ByteArrayInputStream(fresh.bytes()));
            }
            SpoolRecord record = spool.find(entry.id());
            if (record == null) {
                return null;
            }
            try (InputStream body = uncheckedBody(record)) {
                return scanner.scan(record.envelope(), body);
            }
        } catch (IOException e) {
            logUnreadable(entry, e);
            return null;
        }
    }

    /** The body without a check of its checksum, so that a list shows the readable fields of a damaged message. */
    private static InputStream uncheckedBody(SpoolRecord record) throws IOException {
        return record.body(0, record.bodyLength());
    }

    private static void logUnreadable(IndexEntry entry, IOException e) {
        if (!(e instanceof NoSuchFileException || e instanceof FileNotFoundException)) {
            LOG.warn("event=unreadable id={} cause=\"{}\"", entry.id(), e.getMessage());
        }
    }

    private static final class HeaderCollector implements MimeParser.Visitor {
        private Headers headers = Headers.NONE;

        @Override
        public void headers(Headers found) {
            headers = found;
        }

        @Override
        public void part(Part part, InputStream content) {
            // only the header is wanted
        }

        @Override
        public boolean isDone() {
            return true;
        }
    }
}
