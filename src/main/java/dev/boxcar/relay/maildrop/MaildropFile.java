// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.maildrop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.path.Utf8;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message in the maildrop: a line that names the format, the content, the envelope, and a line with the lengths of
 * both. A file that was cut off has no last line, or other lengths. One thread; blocks.
 */
final class MaildropFile implements Closeable {
    static final byte[] FIRST_LINE = "boxcar maildrop 1\n".getBytes(US_ASCII);

    private static final Pattern LAST_LINE = Pattern.compile("end (\\d{19}) (\\d{10})\n");
    private static final int LAST_LINE_BYTES = lastLine(0, 0).length;
    private static final int MAX_ENVELOPE = 16 * 1024 * 1024;
    private static final int WRITABLE_BY_OTHERS = 022;

    /** Why a file in the maildrop cannot be taken. */
    static final class InvalidException extends IOException {
        private static final long serialVersionUID = 1L;

        InvalidException(String reason) {
            super(reason);
        }

        InvalidException(String reason, Exception cause) {
            super(reason, cause);
        }
    }

    private final FileChannel channel;
    private final long contentBytes;
    private final byte[] envelope;
    private final int owner;

    private MaildropFile(FileChannel channel, int owner) throws IOException {
        this.channel = channel;
        this.owner = owner;
        long size = channel.size();
        if (size < FIRST_LINE.length + LAST_LINE_BYTES) {
            throw new InvalidException("it is incomplete");
        }
        if (!Arrays.equals(read(0, FIRST_LINE.length), FIRST_LINE)) {
            throw new InvalidException("it is not in the format of the maildrop");
        }
        String last = new String(read(size - LAST_LINE_BYTES, LAST_LINE_BYTES), US_ASCII);
        Matcher lengths = LAST_LINE.matcher(last);
        if (!lengths.matches()) {
            throw new InvalidException("it is incomplete");
        }
        contentBytes = Long.parseLong(lengths.group(1));
        long envelopeBytes = Long.parseLong(lengths.group(2));
        if (envelopeBytes > MAX_ENVELOPE
                || contentBytes != size - FIRST_LINE.length - envelopeBytes - LAST_LINE_BYTES) {
            throw new InvalidException("it is incomplete");
        }
        envelope = read(FIRST_LINE.length + contentBytes, Math.toIntExact(envelopeBytes));
    }

    static byte[] lastLine(long contentBytes, int envelopeBytes) {
        return String.format(Locale.ROOT, "end %019d %010d\n", contentBytes, envelopeBytes)
                .getBytes(US_ASCII);
    }

    /**
     * Opens a complete file.
     *
     * @throws InvalidException if it is not a message that its owner alone has put there
     */
    static MaildropFile open(Path file) throws IOException {
        int owner = checkedOwner(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return new MaildropFile(channel, owner);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * A link to a file elsewhere, or a file that others could have changed, may not be what its owner wanted to send.
     */
    private static int checkedOwner(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidException("it is not a regular file");
        }
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return 0;
        }
        Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,nlink,uid", LinkOption.NOFOLLOW_LINKS);
        if (!Integer.valueOf(1).equals(attributes.get("nlink"))) {
            throw new InvalidException("it has another name elsewhere");
        }
        if (!(attributes.get("mode") instanceof Integer mode) || (mode & WRITABLE_BY_OTHERS) != 0) {
            throw new InvalidException("others than its owner may write to it");
        }
        return attributes.get("uid") instanceof Integer uid ? uid : 0;
    }

    private byte[] read(long position, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new InvalidException("it is incomplete");
            }
        }
        return buffer.array();
    }

    /** The user id of the file's owner. */
    int owner() {
        return owner;
    }

    long contentBytes() {
        return contentBytes;
    }

    /** Reads content from {@code position} on, at most as many bytes as the array has; returns their number. */
    int readContent(long position, byte[] into) throws IOException {
        int length = Math.toIntExact(Math.min(into.length, contentBytes - position));
        byte[] bytes = read(FIRST_LINE.length + position, length);
        System.arraycopy(bytes, 0, into, 0, length);
        return length;
    }

    /** The envelope with sender, recipients and time of the file; the relay says itself where the message is from. */
    Envelope envelope(String hostname) throws InvalidException {
        try {
            Envelope given = Envelope.of(envelope, envelope.length);
            List<AcceptedRecipient> recipients = given.recipients();
            if (recipients.isEmpty()) {
                throw new InvalidException("it has no recipients");
            }
            given.reversePath();
            given.mail();
            var writer = new EnvelopeWriter(EnvelopeWriter.preamble("maildrop", "local", hostname, "local"));
            byte[] sender = Utf8.encode(String.valueOf(given.first("From")));
            writer.reversePath(sender, 0, sender.length);
            for (String line : given.all("To")) {
                byte[] recipient = Utf8.encode(line);
                writer.forwardPath(recipient, 0, recipient.length);
            }
            return writer.finish(given.received(), given.flags());
        } catch (RuntimeException e) {
            throw new InvalidException("its envelope is malformed", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
