// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.sink.mime.Part.Disposition;
import dev.boxcar.sink.mime.stream.UuencodedFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Event;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Parses a message in one pass, without holding it in memory: it reports the header fields first, then the decoded
 * bytes of each part as they come.
 *
 * <p>Whatever the bytes are, everything readable is reported, and nothing is thrown except what the source of the bytes
 * or the visitor throws. Parts are nested at most {@value #MAX_DEPTH} deep, there are at most {@value #MAX_PARTS} of
 * them, and a header field has at most {@value #MAX_HEADER_BYTES} bytes; at such a limit parsing ends. Confined to one
 * thread.
 */
public final class MimeParser {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_SPLITS = 3;
    private static final int MAX_PARTS = 10_000;
    private static final int MAX_HEADERS = 10_000;
    private static final int MAX_HEADER_BYTES = 1024 * 1024;
    private static final int MAX_PREAMBLE_BYTES = 1024 * 1024;
    private static final int MAX_TEXT_WITH_FILES_BYTES = 1024 * 1024;

    private static final MimeConfig CONFIG = new MimeConfig.Builder()
            .setStrictParsing(false)
            .setMalformedHeaderStartsBody(true)
            .setMaxLineLen(-1)
            .setMaxHeaderLen(MAX_HEADER_BYTES)
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxContentLen(-1)
            .build();

    private static final Pattern MULTIPART = Pattern.compile("\\s*\"?multipart\\s*/", Pattern.CASE_INSENSITIVE);

    private final MimeTokenStream tokens;
    private final Visitor visitor;
    private final MessageSource source;
    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    private final String idPrefix;
    /** How many multiparts around this content had to be split in another way. */
    private final int splits;

    private List<Field> fields = new ArrayList<>();
    private Headers headers = Headers.NONE;
    private boolean headersReported;
    private boolean everythingRead = true;
    private int parts;

    /** Receives what the parser finds. */
    public interface Visitor {
        /** The header fields of the message itself; called once, before any part. */
        default void headers(Headers headers) {}

        /** A multipart, before its parts. Its id is that of a part, and empty for the message itself. */
        default void multipart(String id, String contentType) {}

        /**
         * A part that is not a multipart. The stream is valid until the method returns; what is not read of it is
         * skipped.
         */
        void part(Part part, InputStream content) throws IOException;

        /** Whether the rest of the message is not wanted. */
        default boolean isDone() {
            return false;
        }
    }

    /** Notices that a multipart ends without its closing boundary. */
    private final class EndMonitor extends DecodeMonitor {
        @Override
        public boolean isListening() {
            return true;
        }

        @Override
        public boolean warn(String event, String consequence) {
            everythingRead &= !event.contains(Event.MIME_BODY_PREMATURE_END.toString());
            boolean throwsException = false;
            return throwsException;
        }
    }

    /** A multipart that is being parsed. */
    private static final class Level {
        final String id;
        final Headers headers;
        byte[] preamble = {};
        int children;

        Level(String id, Headers headers) {
            this.id = id;
            this.headers = headers;
        }
    }

    private MimeParser(InputStream message, Visitor visitor, String idPrefix, int splits) {
        this.tokens = new MimeTokenStream(CONFIG, new EndMonitor(), null, new PartDescriptorBuilder());
        this.source = new MessageSource(message);
        this.visitor = visitor;
        this.idPrefix = idPrefix;
        this.splits = splits;
    }

    /**
     * Parses {@code message}, which the caller closes. Returns whether everything in it was read; false if it is
     * malformed or exceeds a limit.
     */
    public static boolean parse(InputStream message, Visitor visitor) throws IOException {
        int splits = 0;
        return new MimeParser(message, visitor, "", splits).parse();
    }

    private boolean parse() throws IOException {
        boolean complete = false;
        try {
            tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
            tokens.parse(HeaderRepair.repair(source));
            complete = parseTokens();
        } catch (MimeException malformed) {
            // everything before it is reported
        } catch (VisitorException e) {
            throw e.failure;
        } catch (IOException e) {
            source.rethrowFailure();
        } catch (RuntimeException | StackOverflowError hostile) {
            // the message is malformed, or the library has a bug: as above, everything before it is reported
        }
        if (!headersReported) {
            visitor.headers(Headers.of(fields, charset(fields)));
        }
        return complete && everythingRead;
    }

    private boolean parseTokens() throws IOException, MimeException {
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            switch (state) {
                case T_START_HEADER -> fields = new ArrayList<>();
                case T_FIELD -> fields.add(tokens.getField());
                case T_END_HEADER -> endHeader();
                case T_START_MULTIPART -> {
                    if (levels.size() >= MAX_DEPTH) {
                        return false;
                    }
                    levels.push(new Level(nextId(""), headers));
                    visitor.multipart(levels.element().id, ((PartDescriptor) tokens.getBodyDescriptor()).contentType());
                }
                case T_PREAMBLE -> {
                    Level level = levels.peek();
                    if (level != null) {
                        level.preamble = tokens.getInputStream().readNBytes(MAX_PREAMBLE_BYTES);
                    }
                }
                case T_END_MULTIPART -> endMultipart(levels.pop());
                case T_BODY -> {
                    if (++parts > MAX_PARTS) {
                        return false;
                    }
                    body(tokens.getInputStream());
                }
                default -> {}
            }
            if (headersReported && visitor.isDone()) {
                return true;
            }
        }
        return true;
    }

    private void endHeader() throws VisitorException {
        headers = Headers.of(fields, charset(fields));
        if (!headersReported) {
            headersReported = true;
            visitor.headers(headers);
        }
    }

    /** The label of the character set in the first Content-Type field, or empty. */
    private static String charset(List<Field> fields) {
        for (Field field : fields) {
            if (field.getName().equalsIgnoreCase("Content-Type")) {
                return MimeParameters.of(Headers.Field.of(field).value()).get("charset");
            }
        }
        return "";
    }

    private void body(InputStream content) throws IOException {
        if (!MULTIPART.matcher(headers.first("Content-Type")).lookingAt() || !maySplitAgain()) {
            leaf(content);
            return;
        }
        byte[] begin = content.readNBytes(MAX_PREAMBLE_BYTES); // of a multipart that declares no boundary
        UnsplitMultipart again = UnsplitMultipart.of(headers, begin);
        if (again == null) {
            leaf(new SequenceInputStream(new ByteArrayInputStream(begin), content));
        } else {
            parseAgain(again, nextId(""));
        }
    }

    private void leaf(InputStream content) throws VisitorException {
        Part part = Part.of(nextId("0"), (PartDescriptor) tokens.getBodyDescriptor(), headers);
        InputStream decoded = TransferEncoding.decode(
                content,
                headers.first("Content-Transfer-Encoding"),
                part.isText() ? Base64Stream.Footer.KEPT : Base64Stream.Footer.IGNORED,
                () -> everythingRead = false);
        if (mayHaveFiles(part)) {
            reportText(part, new PartContent(decoded, source));
        } else {
            report(part, new PartContent(decoded, source));
        }
    }

    /** Whether a part may contain uuencoded files: a text that is not encoded or attached. */
    private boolean mayHaveFiles(Part part) {
        return part.contentType().equals("text/plain")
                && part.disposition() != Disposition.ATTACHMENT
                && part.fileName().isEmpty();
    }

    /** Reports a text, and each uuencoded file in its beginning as a part of its own. */
    private void reportText(Part part, InputStream content) throws VisitorException {
        UuencodedFiles found;
        try {
            found = UuencodedFiles.in(content.readNBytes(MAX_TEXT_WITH_FILES_BYTES));
        } catch (IOException e) {
            throw new VisitorException(e);
        }
        report(part, new SequenceInputStream(new ByteArrayInputStream(found.text()), content));
        int number = 0;
        for (UuencodedFiles.File file : found.files()) {
            if (++parts > MAX_PARTS || visitor.isDone()) {
                return;
            }
            String id = part.id() + "." + ++number;
            String name = EncodedWords.decode(file.name());
            report(new Part(id, "application/octet-stream", "", Disposition.ATTACHMENT, name, "", ""), file.content());
        }
    }

    private void report(Part part, InputStream content) throws VisitorException {
        try {
            visitor.part(part, content);
        } catch (IOException e) {
            throw new VisitorException(e);
        }
    }

    /** Reports the content of a multipart in which no part was found: split in another way, or as text. */
    private void endMultipart(Level level) throws IOException {
        if (level.children > 0 || new String(level.preamble, ISO_8859_1).isBlank()) {
            return;
        }
        UnsplitMultipart again = maySplitAgain() ? UnsplitMultipart.of(level.headers, level.preamble) : null;
        if (again == null) {
            everythingRead = false;
            var part = new Part(childId(level), "text/plain", "", Disposition.NONE, "", "", "");
            report(part, new ByteArrayInputStream(level.preamble));
        } else {
            parseAgain(again, level.id);
        }
    }

    private boolean maySplitAgain() {
        return levels.size() < MAX_DEPTH && splits < MAX_SPLITS;
    }

    private void parseAgain(UnsplitMultipart again, String id) throws IOException {
        var partsOnly = new Visitor() {
            @Override
            public void part(Part part, InputStream content) throws IOException {
                report(part, content);
            }

            @Override
            public boolean isDone() {
                return visitor.isDone();
            }
        };
        everythingRead &= again.isWhole();
        everythingRead &= new MimeParser(again.message(), partsOnly, id, splits + 1).parse();
    }

    /** The id of the next part, {@code ofMessage} for the message itself. */
    private String nextId(String ofMessage) {
        Level level = levels.peek();
        return level == null ? idPrefix.isEmpty() ? ofMessage : idPrefix : childId(level);
    }

    private static String childId(Level level) {
        return level.id.isEmpty() ? "" + ++level.children : level.id + "." + ++level.children;
    }

    /** Wraps an exception that the visitor threw. */
    private static final class VisitorException extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException failure;

        VisitorException(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
