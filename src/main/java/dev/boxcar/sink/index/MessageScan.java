// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.HtmlText;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a message finds for lists and searches. Of texts it keeps the first 4 MiB. Confined to one thread.
 */
public final class MessageScan implements MimeParser.Visitor {
    private static final int MOST_TEXT_BYTES = 4 * 1024 * 1024;

    final Envelope envelope;
    final String sender;
    public final List<String> recipients;
    public Headers headers = Headers.NONE;
    final StringBuilder files = new StringBuilder();
    int attachments;
    int inlines;
    private final StringBuilder plain = new StringBuilder();
    private final StringBuilder html = new StringBuilder();
    private int textLeft = MOST_TEXT_BYTES;
    private final boolean headAlone;
    private @Nullable String text;

    private MessageScan(Envelope envelope, boolean headAlone) {
        this.envelope = envelope;
        this.headAlone = headAlone;
        this.sender = sender(envelope);
        this.recipients = recipients(envelope);
    }

    static MessageScan of(Envelope envelope, InputStream message) throws IOException {
        var reading = new MessageScan(envelope, false);
        MimeParser.walk(message, reading);
        return reading;
    }

    /** What the head says, and no more of the message is read. */
    public static MessageScan ofHead(Envelope envelope, InputStream message) throws IOException {
        var reading = new MessageScan(envelope, true);
        MimeParser.walk(message, reading);
        return reading;
    }

    @Override
    public boolean done() {
        return headAlone;
    }

    private static String sender(Envelope envelope) {
        try {
            Mailbox mailbox = envelope.reversePath().mailbox();
            return mailbox == null ? "" : mailbox.toString();
        } catch (IllegalArgumentException | IllegalStateException foreign) {
            return "";
        }
    }

    private static List<String> recipients(Envelope envelope) {
        try {
            return envelope.forwardPaths().stream()
                    .map(ForwardPath::mailbox)
                    .map(Mailbox::toString)
                    .toList();
        } catch (IllegalArgumentException | IllegalStateException foreign) {
            return List.of();
        }
    }

    @Override
    public void headers(Headers found) {
        headers = found;
    }

    @Override
    public void part(Part part, InputStream content) throws IOException {
        switch (part.role()) {
            case TEXT -> text(part, content, plain);
            case HTML -> text(part, content, html);
            case INLINE -> inlines++;
            case ATTACHMENT -> attachments++;
        }
        if (!part.fileName().isEmpty()) {
            files.append(part.fileName()).append('\n');
        }
    }

    private void text(Part part, InputStream content, StringBuilder into) throws IOException {
        byte[] bytes = content.readNBytes(textLeft);
        textLeft -= bytes.length;
        into.append(part.text(bytes, bytes.length)).append('\n');
    }

    /** What a reader sees: the HTML where there is one, else the text; white space as single spaces. */
    String text() {
        if (text == null) {
            String shown = html.isEmpty() ? "" : HtmlText.of(html.toString());
            text = collapsed(shown.isBlank() ? plain : shown);
        }
        return text;
    }

    private static String collapsed(CharSequence text) {
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

    /** The Message-ID without angle brackets, or null where there is none. */
    @Nullable
    String messageId() {
        String id = headers.decoded("Message-ID");
        String bare = id.startsWith("<") && id.endsWith(">") && id.length() > 2 ? id.substring(1, id.length() - 1) : id;
        return bare.isEmpty() ? null : bare;
    }

    /** What a Bcc field names, and each recipient of the envelope that is in none of these fields, once. */
    List<Address> bcc(List<Address> to, List<Address> cc) {
        var bcc = new ArrayList<>(headers.addresses("Bcc"));
        Set<String> named = new LinkedHashSet<>();
        for (List<Address> field : List.of(to, cc, bcc)) {
            for (Address address : field) {
                String bare = address.address().isEmpty() ? address.name() : address.address();
                named.add(bare.toLowerCase(Locale.ROOT));
            }
        }
        for (String recipient : recipients) {
            if (named.add(unquoted(recipient).toLowerCase(Locale.ROOT))) {
                bcc.add(new Address("", recipient));
            }
        }
        return bcc;
    }

    /** A header's addresses are read without quotes. */
    private static String unquoted(String recipient) {
        if (!recipient.startsWith("\"")) {
            return recipient;
        }
        Mailbox mailbox = Mailbox.parse(recipient);
        return mailbox.unquotedLocalPart() + "@" + mailbox.domain();
    }
}
