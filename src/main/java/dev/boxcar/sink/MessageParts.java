// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads single parts of messages. */
final class MessageParts {
    private static final int MAX_EMBEDDED = 20;

    private MessageParts() {}

    /**
     * Gives one part to {@code reader}. {@code 2:1} is the first part of the message in part 2. The stream throws
     * before its end if the message is damaged anywhere. Returns false if there is no such part.
     */
    static boolean read(InputStream message, String partId, Namespace.PartReader reader) throws IOException {
        String[] ids = partId.split(":", MAX_EMBEDDED + 1);
        return ids.length <= MAX_EMBEDDED && read(message, List.of(ids), reader);
    }

    private static boolean read(InputStream message, List<String> ids, Namespace.PartReader reader) throws IOException {
        var found = new AtomicBoolean();
        List<String> inner = ids.subList(1, ids.size());
        var finder = new PartFinder(ids.get(0), (part, content) -> {
            var checked = new CheckedPart(message, content);
            if (inner.isEmpty()) {
                reader.read(part, checked);
                found.set(true);
            } else {
                found.set(read(checked, inner, reader));
            }
        });
        MimeParser.parse(message, finder);
        return found.get();
    }

    /**
     * The decoded bytes of a part. Before it reports their end it reads the rest of the message, because the checksum
     * at the end of the message tells whether all of it is intact.
     */
    private static final class CheckedPart extends FilterInputStream {
        private final InputStream message;

        CheckedPart(InputStream message, InputStream part) {
            super(part);
            this.message = message;
        }

        @Override
        public int read() throws IOException {
            return checkAtEnd(super.read());
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            return checkAtEnd(super.read(target, from, length));
        }

        private int checkAtEnd(int read) throws IOException {
            if (read < 0) {
                message.transferTo(OutputStream.nullOutputStream());
            }
            return read;
        }
    }

    private static final class PartFinder implements MimeParser.Visitor {
        private final String id;
        private final Namespace.PartReader reader;
        private boolean found;

        PartFinder(String id, Namespace.PartReader reader) {
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
        public boolean isDone() {
            return found;
        }
    }
}
