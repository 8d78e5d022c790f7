// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.junit.content.AttachedFile;
import dev.boxcar.junit.content.CodeFinder;
import dev.boxcar.junit.content.DecodedContent;
import dev.boxcar.junit.content.HtmlWords;
import dev.boxcar.junit.content.LinkFinder;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.Mailbox;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that the server accepted and stored. Its envelope and exact bytes need no library. Everything that is
 * decoded (subject, header fields, texts, attachments, links, codes) needs mime4j as a test dependency; if it is
 * missing, these methods throw an {@link IllegalStateException} that names it. Any thread.
 */
public final class Message {
    private final String id;
    private final Envelope envelope;
    private final byte[] bytes;
    private @Nullable DecodedContent content;

    Message(String id, Envelope envelope, byte[] bytes) {
        this.id = id;
        this.envelope = envelope;
        this.bytes = bytes;
    }

    /** The queue id, which the server named in its reply to the end of data. */
    public String id() {
        return id;
    }

    /** Who sent it to whom, and how it was received. */
    public Envelope envelope() {
        return envelope;
    }

    /** The mailbox that MAIL named; empty for the null reverse-path. */
    public String sender() {
        Mailbox mailbox = envelope.reversePath().mailbox();
        return mailbox == null ? "" : mailbox.toString();
    }

    /** The mailboxes that were accepted by RCPT, in order. */
    public List<String> recipients() {
        return envelope.forwardPaths().stream()
                .map(path -> path.mailbox().toString())
                .toList();
    }

    /** The id of the session that brought it. */
    public String session() {
        return envelope.session();
    }

    /** When the end of the message was received. */
    public Instant received() {
        return envelope.received();
    }

    /** The bytes as sent, dots unstuffed. */
    public byte[] raw() {
        return bytes.clone();
    }

    /** The bytes as text in UTF-8: header fields and all parts as they were sent. */
    public String source() {
        return new String(bytes, UTF_8);
    }

    /** The size in bytes. */
    public int size() {
        return bytes.length;
    }

    /** The subject, decoded, on one line; empty if there is none. */
    public String subject() {
        return header("Subject");
    }

    /** The value of the first header field of this name, decoded, on one line; empty if there is no such field. */
    public String header(String name) {
        return content().header(name);
    }

    /** The values of all header fields of this name, decoded, in order. */
    public List<String> headers(String name) {
        return content().headers(name);
    }

    /** The plain text; empty if there is none. */
    public String text() {
        return content().text();
    }

    /** The HTML; empty if there is none. */
    public String html() {
        return content().html();
    }

    /** The attached files and those shown within the text, in order. */
    public List<AttachedFile> attachments() {
        return content().attachments();
    }

    /** The URLs in the text, then the targets of the links in the HTML, without duplicates. */
    public List<String> links() {
        return LinkFinder.links(text(), html());
    }

    /**
     * The one-time codes in the text, or in the HTML if there is no text: numbers of 4 to 8 digits that stand alone,
     * and capitals with digits near a word such as <em>code</em>. Those near such a word come first. Two groups of
     * three digits are returned without the space or hyphen between them.
     */
    public List<String> codes() {
        return CodeFinder.codes(text().isBlank() ? HtmlWords.of(html()) : text());
    }

    private synchronized DecodedContent content() {
        DecodedContent read = content;
        if (read == null) {
            read = DecodedContent.of(bytes);
            content = read;
        }
        return read;
    }

    @Override
    public String toString() {
        return "message " + id + " from <" + sender() + "> to " + recipients() + ", " + bytes.length + " bytes";
    }
}
