// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.DateParser;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Builds the view of a message in one pass. It keeps up to 16 MiB of the texts; of attachments it keeps only name, size
 * and checksums. Confined to one thread.
 */
public final class MessageViewBuilder implements MimeParser.Visitor {
    private static final int MAX_TEXT_BYTES = 16 * 1024 * 1024;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder html = new StringBuilder();
    private final List<Attachment> inline = new ArrayList<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private Headers headers = Headers.NONE;
    private int textBytesLeft = MAX_TEXT_BYTES;
    private boolean textCut;

    private MessageViewBuilder() {}

    /** Reads a message to its end. */
    public static MessageView build(MessageSummary summary, InputStream message) throws IOException {
        var builder = new MessageViewBuilder();
        boolean whole = MimeParser.parse(message, builder);
        Instant date = DateParser.parse(builder.headers.first("Date"));
        return new MessageView(
                summary,
                summary.sender(),
                date == null ? summary.created() : date,
                ListUnsubscribe.of(builder.headers),
                builder.text.toString(),
                builder.html.toString(),
                List.copyOf(builder.inline),
                List.copyOf(builder.attachments),
                builder.headers,
                whole && !builder.textCut);
    }

    @Override
    public void headers(Headers found) {
        headers = found;
    }

    @Override
    public void part(Part part, InputStream content) throws IOException {
        switch (part.role()) {
            case TEXT -> append(part, content, text);
            case HTML -> append(part, content, html);
            case INLINE -> inline.add(attachment(part, content));
            case ATTACHMENT -> attachments.add(attachment(part, content));
        }
    }

    private void append(Part part, InputStream content, StringBuilder target) throws IOException {
        byte[] bytes = content.readNBytes(textBytesLeft);
        textBytesLeft -= bytes.length;
        textCut |= textBytesLeft == 0 && content.read() >= 0;
        if (!target.isEmpty() && target.charAt(target.length() - 1) != '\n') {
            target.append('\n');
        }
        target.append(part.text(bytes, bytes.length));
    }

    private static Attachment attachment(Part part, InputStream content) throws IOException {
        MessageDigest md5 = digest("MD5");
        MessageDigest sha1 = digest("SHA-1");
        MessageDigest sha256 = digest("SHA-256");
        var buffer = new byte[BUFFER_BYTES];
        long size = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            size += read;
            md5.update(buffer, 0, read);
            sha1.update(buffer, 0, read);
            sha256.update(buffer, 0, read);
        }
        HexFormat hex = HexFormat.of();
        return new Attachment(
                part.id(),
                part.fileName(),
                part.contentType(),
                part.contentId(),
                size,
                hex.formatHex(md5.digest()),
                hex.formatHex(sha1.digest()),
                hex.formatHex(sha256.digest()));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is missing, which every Java must have", e);
        }
    }
}
