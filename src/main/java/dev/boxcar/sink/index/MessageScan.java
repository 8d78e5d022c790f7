// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.message.EnvelopePaths;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.HtmlText;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects in one pass over a message what lists and searches need. It keeps the first 4 MiB of the texts. Confined to
 * one thread.
 */
final class MessageScan implements MimeParser.Visitor {
    private static final int MAX_TEXT_BYTES = 4 * 1024 * 1024;

    private final Envelope envelope;
    private final List<Mailbox> recipients;
    private final boolean headerOnly;
    private final StringBuilder fileNames = new StringBuilder();
    private final StringBuilder plain = new StringBuilder();
    private final StringBuilder html = new StringBuilder();
    private Headers headers = Headers.NONE;
    private int attachments;
    private int inlines;
    private int textBytesLeft = MAX_TEXT_BYTES;
    private @Nullable String text;
    private List<Address> from = List.of();
    private List<Address> to = List.of();
    private List<Address> cc = List.of();
    private List<Address> bcc = List.of();

    private MessageScan(Envelope envelope, boolean headerOnly) {
        this.envelope = envelope;
        this.headerOnly = headerOnly;
        this.recipients = EnvelopePaths.recipients(envelope);
    }

    /** Reads the message to its end. */
    static MessageScan ofMessage(Envelope envelope, InputStream message) throws IOException {
        boolean headerOnly = false;
        return read(new MessageScan(envelope, headerOnly), message);
    }

    /** Reads the header, and no more of the message. */
    static MessageScan ofHeader(Envelope envelope, InputStream message) throws IOException {
        boolean headerOnly = true;
        return read(new MessageScan(envelope, headerOnly), message);
    }

    private static MessageScan read(MessageScan scan, InputStream message) throws IOException {
        MimeParser.parse(message, scan);
        scan.from = scan.headers.addresses("From");
        scan.to = scan.headers.addresses("To");
        scan.cc = scan.headers.addresses("Cc");
        scan.bcc = scan.readBcc();
        return scan;
    }

    @Override
    public boolean isDone() {
        return headerOnly;
    }

    @Override
    public void headers(Headers found) {
        headers = found;
    }

    @Override
    public void part(Part part, InputStream content) throws IOException {
        switch (part.role()) {
            case TEXT -> append(part, content, plain);
            case HTML -> append(part, content, html);
            case INLINE -> inlines++;
            case ATTACHMENT -> attachments++;
        }
        inlines += part.isNamedText() ? 1 : 0;
        if (!part.fileName().isEmpty()) {
            fileNames.append(part.fileName()).append('\n');
        }
    }

    private void append(Part part, InputStream content, StringBuilder target) throws IOException {
        byte[] bytes = content.readNBytes(textBytesLeft);
        textBytesLeft -= bytes.length;
        target.append(part.text(bytes, bytes.length)).append('\n');
    }

    Headers headers() {
        return headers;
    }

    int attachments() {
        return attachments;
    }

    int inlines() {
        return inlines;
    }

    /** The names of files, each ended by a line feed. */
    String fileNames() {
        return fileNames.toString();
    }

    List<Address> from() {
        return from;
    }

    List<Address> to() {
        return to;
    }

    List<Address> cc() {
        return cc;
    }

    /** The addresses of Bcc fields, then each recipient of the envelope that no address field names, once. */
    List<Address> bcc() {
        return bcc;
    }

    /** The mailbox of the reverse-path; empty for {@code <>}. */
    String sender() {
        return EnvelopePaths.sender(envelope);
    }

    /** The mailboxes of the forward-paths, in order, with duplicates. */
    List<String> recipients() {
        return recipients.stream().map(Mailbox::toString).toList();
    }

    /** The value of a line of the envelope, or empty. */
    String envelopeValue(String key) {
        String value = envelope.first(key);
        return value == null ? "" : value;
    }

    /** What a reader sees, with single spaces as white space: the HTML if there is any, else the plain text. */
    String text() {
        if (text == null) {
            String shown = html.isEmpty() ? "" : HtmlText.of(html.toString());
            text = collapseSpace(shown.isBlank() ? plain : shown);
        }
        return text;
    }

    private static String collapseSpace(CharSequence text) {
        var collapsed = new StringBuilder(text.length());
        boolean space = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isISOControl(c) || c == '\u00A0') {
                space = collapsed.length() > 0;
            } else {
                if (space) {
                    collapsed.append(' ');
                    space = false;
                }
                collapsed.append(c);
            }
        }
        return collapsed.toString();
    }

    /** The Message-ID without angle brackets; empty if there is none. */
    String messageId() {
        return headers.messageId();
    }

    private List<Address> readBcc() {
        var found = new ArrayList<>(headers.addresses("Bcc"));
        Set<String> named = Stream.of(to, cc, found)
                .flatMap(List::stream)
                .map(address -> address.address().isEmpty() ? address.name() : address.address())
                .map(address -> address.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        for (Mailbox recipient : recipients) {
            if (named.add(withoutQuotes(recipient).toLowerCase(Locale.ROOT))) {
                found.add(new Address("", recipient.toString()));
            }
        }
        return found;
    }

    /** The address in the form in which header fields are read: the local part without quotation marks. */
    private static String withoutQuotes(Mailbox mailbox) {
        return mailbox.localPart().startsWith("\"")
                ? mailbox.unquotedLocalPart() + "@" + mailbox.domain()
                : mailbox.toString();
    }
}
