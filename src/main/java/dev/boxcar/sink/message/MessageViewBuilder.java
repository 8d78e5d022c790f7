// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.DateParser;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
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
    private final List<PartOutline> outline = new ArrayList<>();
    private final String idPrefix;
    private Headers headers = Headers.NONE;
    private int textBytesLeft = MAX_TEXT_BYTES;
    private boolean textCut;

    private MessageViewBuilder(String idPrefix) {
        this.idPrefix = idPrefix;
    }

    /** Reads a message to its end. */
    public static MessageView build(MessageSummary summary, InputStream message) throws IOException {
        var builder = new MessageViewBuilder("");
        boolean whole = MimeParser.parse(message, builder);
        return builder.view(summary, whole);
    }

    /**
     * Reads a message that is a part of another one. Its header fields and its content are its own; everything about
     * the session and the envelope is that of {@code outer}.
     */
    public static MessageView buildEmbedded(MessageSummary outer, String partId, InputStream message)
            throws IOException {
        var builder = new MessageViewBuilder(partId + ":");
        var counted = new CountingStream(message);
        boolean whole = MimeParser.parse(counted, builder);
        counted.transferTo(OutputStream.nullOutputStream());
        return builder.view(builder.embeddedSummary(outer, counted.bytes), whole);
    }

    private MessageView view(MessageSummary summary, boolean whole) {
        Instant date = DateParser.parse(headers.first("Date"));
        return new MessageView(
                summary,
                summary.sender(),
                date == null ? summary.created() : date,
                ListUnsubscribe.of(headers),
                text.toString(),
                html.toString(),
                List.copyOf(inline),
                List.copyOf(attachments),
                List.copyOf(outline),
                headers,
                whole && !textCut);
    }

    private MessageSummary embeddedSummary(MessageSummary outer, long size) {
        List<Address> from = headers.addresses("From");
        return new MessageSummary(
                outer.id(),
                outer.cursor(),
                headers.messageId(),
                from.isEmpty() ? Address.NONE : from.get(0),
                headers.addresses("To"),
                headers.addresses("Cc"),
                headers.addresses("Bcc"),
                headers.addresses("Reply-To"),
                headers.decoded("Subject"),
                outer.created(),
                outer.username(),
                outer.tags(),
                size,
                attachments.size(),
                inline.size(),
                "",
                outer.read(),
                outer.sender(),
                outer.recipients(),
                outer.session(),
                outer.listener());
    }

    @Override
    public void headers(Headers found) {
        headers = found;
    }

    @Override
    public void multipart(String id, String contentType) {
        outline.add(new PartOutline(id.isEmpty() ? id : idPrefix + id, contentType, "", 0));
    }

    @Override
    public void part(Part part, InputStream content) throws IOException {
        long size = switch (part.role()) {
            case TEXT -> append(part, content, text);
            case HTML -> append(part, content, html);
            case INLINE -> add(attachment(part, content), inline);
            case ATTACHMENT -> add(attachment(part, content), attachments);
        };
        outline.add(new PartOutline(idPrefix + part.id(), part.contentType(), part.fileName(), size));
    }

    private static long add(Attachment attachment, List<Attachment> list) {
        list.add(attachment);
        return attachment.size();
    }

    /** Appends the text of a part. Returns the size of the part. */
    private long append(Part part, InputStream content, StringBuilder target) throws IOException {
        byte[] bytes = content.readNBytes(textBytesLeft);
        long bytesLeftOut = 0;
        if (part.isNamedText()) {
            var whole = new SequenceInputStream(new ByteArrayInputStream(bytes), content);
            bytesLeftOut = add(attachment(part, whole), inline) - bytes.length;
        } else {
            bytesLeftOut = content.transferTo(OutputStream.nullOutputStream());
        }
        textBytesLeft -= bytes.length;
        textCut |= bytesLeftOut > 0;
        if (!target.isEmpty() && target.charAt(target.length() - 1) != '\n') {
            target.append('\n');
        }
        target.append(part.text(bytes, bytes.length));
        return bytes.length + bytesLeftOut;
    }

    private Attachment attachment(Part part, InputStream content) throws IOException {
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
                idPrefix + part.id(),
                part.fileName(),
                part.contentType(),
                part.contentId(),
                part.contentLocation(),
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

    private static final class CountingStream extends FilterInputStream {
        private long bytes;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            bytes += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            int read = super.read(target, from, length);
            bytes += Math.max(0, read);
            return read;
        }
    }
}
