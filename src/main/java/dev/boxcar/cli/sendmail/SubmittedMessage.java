// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.james.mime4j.codec.EncoderUtil;

/** A message on standard input: its header is read first, then the body is copied. One thread. */
final class SubmittedMessage {
    private static final Set<String> RECIPIENTS = Set.of("to", "cc", "bcc");
    private static final Set<String> RESENT = Set.of("resent-to", "resent-cc", "resent-bcc");
    private static final Set<String> BLIND = Set.of("bcc", "resent-bcc");
    private final CrlfReader in;
    private final boolean endsAtDot;
    private final long maxBytes;
    private final MessageHeader header;
    private boolean isEightBit;
    private long bytesWritten;

    /**
     * Reads the header.
     *
     * @param endsAtDot whether a line with a dot alone ends the message
     * @param maxBytes the size of the largest message
     */
    SubmittedMessage(InputStream in, boolean endsAtDot, long maxBytes) throws IOException, SendmailException {
        this.in = new CrlfReader(in);
        this.endsAtDot = endsAtDot;
        this.maxBytes = maxBytes;
        this.header = MessageHeader.read(this.in);
    }

    /** The recipients that the header names; those of the latest resending, if there was one (RFC 5322 §3.6.6). */
    List<ForwardPath> recipients(MailAddresses addresses) throws SendmailException {
        List<String> resent = header.values(RESENT);
        var found = new LinkedHashSet<ForwardPath>();
        for (String value : resent.isEmpty() ? header.values(RECIPIENTS) : resent) {
            if (!value.isBlank()) { // scripts write an empty Cc
                found.addAll(addresses.recipients(value, SendmailException.DATA));
            }
        }
        return new ArrayList<>(found);
    }

    /** Removes the fields that no recipient may see. */
    void removeBlindCopies() {
        header.remove(BLIND);
    }

    /** Adds the fields that every message needs (RFC 5322 §3.6), if they are missing. */
    void complete(Mailbox author, String name, String hostname, ZonedDateTime now) {
        if (!header.has("from")) {
            header.add("From", author(author, name));
        }
        if (!header.has("date")) {
            header.add("Date", HeaderDate.of(now));
        }
        if (!header.has("message-id")) {
            header.add("Message-ID", "<" + UUID.randomUUID() + "@" + hostname + ">");
        }
    }

    private static String author(Mailbox author, String name) {
        String line = name.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.isEmpty() ? author.toString() : EncoderUtil.encodeAddressDisplayName(line) + " <" + author + ">";
    }

    /** Writes the header and the body. */
    void copyTo(MessageOutlet outlet) throws IOException, SendmailException {
        write(header.bytes(), outlet);
        byte[] piece = header.bodyBegin();
        if (piece == null) {
            piece = in.next();
        }
        while (piece != null && !(endsAtDot && isDot(piece))) {
            write(piece, outlet);
            piece = in.next();
        }
    }

    private boolean isDot(byte[] piece) {
        return in.isAtLineStart() && piece.length == 3 && piece[0] == '.';
    }

    private void write(byte[] bytes, MessageOutlet outlet) throws IOException, SendmailException {
        bytesWritten += bytes.length;
        if (bytesWritten > maxBytes) {
            throw new SendmailException(
                    SendmailException.DATA, "the message has more than " + maxBytes + " bytes (--max-message-size)");
        }
        isEightBit = isEightBit || !Ascii.isSevenBit(bytes, 0, bytes.length);
        outlet.write(bytes);
    }

    /** Whether any byte written so far is above 127. */
    boolean isEightBit() {
        return isEightBit;
    }
}
