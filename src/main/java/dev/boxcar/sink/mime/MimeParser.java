// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import dev.boxcar.sink.mime.Part.Disposition;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart in one pass, without holding it: headers first, then each part's bytes, decoded, as they come.
 *
 * <p>Promises: whatever the bytes are, what can be read of them is shown and nothing is thrown but what the source of
 * the bytes or the visitor throws. Parts within parts are followed {@value #MOST_DEEP} deep, {@value #MOST_PARTS} of
 * them at most, a header field is taken up to {@value #MOST_HEADER_BYTES} bytes; behind such a bound the walk ends.
 * Confined to one thread.
 */
public final class MimeParser {
    private static final int MOST_DEEP = 50;
    private static final int MOST_PARTS = 10_000;
    private static final int MOST_HEADERS = 10_000;
    private static final int MOST_HEADER_BYTES = 1024 * 1024;

    private static final MimeConfig CONFIG = new MimeConfig.Builder()
            .setStrictParsing(false)
            .setMaxLineLen(-1)
            .setMaxHeaderLen(MOST_HEADER_BYTES)
            .setMaxHeaderCount(MOST_HEADERS)
            .setMaxContentLen(-1)
            .build();

    private final MimeTokenStream tokens = new MimeTokenStream(CONFIG);
    private final Visitor visitor;
    private final Source source;
    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    private List<Headers.Field> fields = new ArrayList<>();
    private Headers headers = Headers.NONE;
    private boolean told;
    private int parts;

    /** Sees what is found. */
    public interface Visitor {
        /** The header fields of the message itself; called once, before any part. */
        default void headers(Headers headers) {}

        /**
         * A part that holds no others; the bytes are there for the length of the call. What is not read of them is
         * skipped.
         */
        void part(Part part, InputStream content) throws IOException;

        /** Whether the rest is of no interest. */
        default boolean isDone() {
            return false;
        }
    }

    /** A multipart on the way down. */
    private static final class Level {
        final String prefix;
        int children;

        Level(String prefix) {
            this.prefix = prefix;
        }
    }

    private MimeParser(InputStream message, Visitor visitor) {
        this.source = new Source(message);
        this.visitor = visitor;
    }

    /**
     * Whether {@code message}, which the caller closes, was read to its end; false where it is broken or passes a
     * bound.
     */
    public static boolean parse(InputStream message, Visitor visitor) throws IOException {
        return new MimeParser(message, visitor).run();
    }

    private boolean run() throws IOException {
        boolean whole = false;
        try {
            tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
            tokens.parse(source);
            whole = steps();
        } catch (MimeException broken) {
            // shown up to here
        } catch (VisitorFailed e) {
            throw e.failure;
        } catch (IOException e) {
            source.rethrow();
        } catch (RuntimeException | StackOverflowError hostile) {
            // as above: the mail is at fault, or the library, and neither is a reason to show nothing
        }
        if (!told) {
            headers = new Headers(fields);
            visitor.headers(headers);
        }
        return whole;
    }

    private boolean steps() throws IOException, MimeException {
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            switch (state) {
                case T_START_HEADER -> fields = new ArrayList<>();
                case T_FIELD -> fields.add(field(tokens.getField()));
                case T_END_HEADER -> {
                    endHeader();
                    if (visitor.isDone()) {
                        return true;
                    }
                }
                case T_START_MULTIPART -> {
                    if (levels.size() >= MOST_DEEP) {
                        return false;
                    }
                    levels.push(new Level(nextId("")));
                }
                case T_END_MULTIPART -> levels.pop();
                case T_BODY -> {
                    if (++parts > MOST_PARTS) {
                        return false;
                    }
                    body();
                    if (visitor.isDone()) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    private void endHeader() throws VisitorFailed {
        headers = new Headers(fields);
        if (!told) {
            told = true;
            visitor.headers(headers);
        }
    }

    private void body() throws VisitorFailed {
        var type = MimeParameters.of(headers.first("Content-Type"));
        var disposition = MimeParameters.of(headers.first("Content-Disposition"));
        String fileName = disposition.fileName("filename");
        var part = new Part(
                nextId("0"),
                mediaType(type.value()),
                type.get("charset"),
                disposition(disposition.value()),
                fileName.isEmpty() ? type.fileName("name") : fileName,
                contentId(headers.first("Content-ID")));
        try {
            visitor.part(part, new Content(tokens.getDecodedInputStream(), source));
        } catch (IOException e) {
            throw new VisitorFailed(e);
        }
    }

    private String nextId(String ofTheMessage) {
        Level level = levels.peek();
        return level == null
                ? ofTheMessage
                : level.prefix.isEmpty() ? "" + ++level.children : level.prefix + "." + ++level.children;
    }

    private static String mediaType(String value) {
        String type = value.strip().toLowerCase(Locale.ROOT);
        return type.indexOf('/') > 0 ? type : "text/plain"; // RFC 2045 §5.2
    }

    private static Disposition disposition(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "" -> Disposition.NONE;
            case "inline" -> Disposition.INLINE;
            default -> Disposition.ATTACHMENT; // RFC 2183 §2.8
        };
    }

    private static String contentId(String value) {
        String id = value.strip();
        return id.startsWith("<") && id.endsWith(">") && id.length() > 1 ? id.substring(1, id.length() - 1) : id;
    }

    private static Headers.Field field(Field field) {
        ByteSequence raw = field.getRaw();
        if (raw == null) {
            return new Headers.Field(field.getName(), field.getBody());
        }
        String line = Headers.text(raw.toByteArray());
        int colon = line.indexOf(':');
        return new Headers.Field(field.getName(), unfolded(line, colon + 1));
    }

    /** RFC 5322 §2.2.3. */
    private static String unfolded(String line, int from) {
        var value = new StringBuilder(line.length() - from);
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\r' && c != '\n') {
                value.append(c);
            }
        }
        return value.toString().strip();
    }

    /** What the visitor threw. */
    private static final class VisitorFailed extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException failure;

        VisitorFailed(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** Remembers a failure to read the message, which is nothing the message can be blamed for. */
    private static final class Source extends FilterInputStream {
        private @Nullable IOException failure;

        Source(InputStream message) {
            super(message);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        void rethrow() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** The bytes of a part; malformed ones are its end. */
    private static final class Content extends FilterInputStream {
        private final Source source;

        Content(InputStream decoded, Source source) {
            super(decoded);
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException | RuntimeException | StackOverflowError malformed) {
                source.rethrow();
                return -1;
            }
        }

        @Override
        public void close() {
            // the walk goes on behind it
        }
    }
}
