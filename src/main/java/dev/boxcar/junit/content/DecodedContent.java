// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.content;

import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What a message contains, decoded. The only class of the extension that needs mime4j. Immutable once read. */
public final class DecodedContent implements MimeParser.Visitor {
    private static final String MISSING = "reading the content of a message needs mime4j:"
            + " add the dependency org.apache.james:apache-mime4j-dom (0.8.14 or later) with test scope";

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder html = new StringBuilder();
    private final List<AttachedFile> attachments = new ArrayList<>();
    private Headers headers = Headers.NONE;

    private DecodedContent() {}

    /** Reads a message. Malformed parts are left out; {@link IllegalStateException} if mime4j is missing. */
    public static DecodedContent of(byte[] message) {
        try {
            var content = new DecodedContent();
            MimeParser.parse(new ByteArrayInputStream(message), content);
            return content;
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(MISSING, missing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void headers(Headers found) {
        headers = found;
    }

    @Override
    public void part(Part part, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        switch (part.role()) {
            case TEXT -> append(part, bytes, text);
            case HTML -> append(part, bytes, html);
            case INLINE, ATTACHMENT -> {}
        }
        if (part.role() == Part.Role.INLINE || part.role() == Part.Role.ATTACHMENT || part.isNamedText()) {
            attachments.add(new AttachedFile(part.fileName(), part.contentType(), part.contentId(), bytes));
        }
    }

    private static void append(Part part, byte[] bytes, StringBuilder target) {
        if (!target.isEmpty() && target.charAt(target.length() - 1) != '\n') {
            target.append('\n');
        }
        target.append(part.text(bytes, bytes.length));
    }

    /** The value of the first header field of this name, decoded, on one line; empty if there is none. */
    public String header(String name) {
        return headers.decoded(name);
    }

    /** The values of all header fields of this name, decoded, in order. */
    public List<String> headers(String name) {
        return headers.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Headers.Field::decoded)
                .toList();
    }

    /** The plain text, or empty. */
    public String text() {
        return text.toString();
    }

    /** The HTML, or empty. */
    public String html() {
        return html.toString();
    }

    /** The attached files and those shown within the text. */
    public List<AttachedFile> attachments() {
        return List.copyOf(attachments);
    }
}
