// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of an mbox file one by one (RFC 4155). A file that begins with {@code From } is an mbox; other
 * input is one message. In an mbox, a line such as {@code From a@b.example Mon Nov 30 10:00:00 2026} after an empty
 * line begins a message. A line with {@code From } and other words is text that was not quoted. Confined to one thread.
 */
final class MboxReader {
    private static final byte[] FROM = "From ".getBytes(ISO_8859_1);

    /** A time and a year, a dash in place of the sender as Thunderbird writes it, or only a sender. */
    private static final Pattern FROM_LINE =
            Pattern.compile("From (?:- |.*\\d:\\d\\d.*\\b\\d{4}\\b|\\S+@\\S+\\s*$)", Pattern.DOTALL);

    /** How lines of a message that begin with {@code From } are quoted. */
    enum Quoting {
        /** Any number of {@code >} before {@code From } has one more than in the message: mboxrd. */
        MBOXRD,
        /** Only {@code From } itself has a {@code >} before it: mboxo. */
        MBOXO
    }

    private final InputStream in;
    private final String file;
    private final Quoting quoting;
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isMbox;
    private boolean begun;
    /** The From line of the next message, if it has been read already. */
    private @Nullable String nextFromLine;

    private int number;

    MboxReader(InputStream in, String file, Quoting quoting, int maxBytes) {
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.file = file;
        this.quoting = quoting;
        this.maxBytes = maxBytes;
    }

    /** The next message, or null at the end of the file. */
    @Nullable
    StoredMessage next() throws IOException {
        var message = new ByteArrayOutputStream();
        if (!begun) {
            begun = true;
            if (!readLine()) {
                return null;
            }
            isMbox = startsWith(line.toByteArray(), 0, FROM);
            if (isMbox) {
                nextFromLine = line.toString(ISO_8859_1);
            } else {
                append(message, line.toByteArray());
            }
        }
        String fromLine = nextFromLine;
        if (isMbox && fromLine == null) {
            return null;
        }
        boolean whole = readBody(message);
        if (!isMbox && message.size() == 0) {
            return null;
        }
        number++;
        String origin = isMbox ? file + ": message " + number : file;
        return new StoredMessage(origin, message.toByteArray(), sender(fromLine), whole);
    }

    /** Reads to the next From line or to the end. Returns whether the message is within the limit. */
    private boolean readBody(ByteArrayOutputStream message) throws IOException {
        nextFromLine = null;
        boolean afterEmptyLine = false;
        boolean whole = true;
        int emptyLineBytes = 0;
        while (readLine()) {
            byte[] bytes = line.toByteArray();
            if (isMbox && afterEmptyLine && beginsMessage(bytes)) {
                nextFromLine = line.toString(ISO_8859_1);
                break;
            }
            byte[] text = isMbox ? unquoted(bytes) : bytes;
            whole &= append(message, text);
            afterEmptyLine = isEmpty(bytes);
            emptyLineBytes = afterEmptyLine ? bytes.length : 0;
        }
        if (isMbox && afterEmptyLine && whole) { // the empty line before a From line belongs to the mbox
            byte[] all = message.toByteArray();
            message.reset();
            message.write(all, 0, all.length - emptyLineBytes);
        }
        return whole;
    }

    private boolean append(ByteArrayOutputStream message, byte[] bytes) {
        if (message.size() + bytes.length > maxBytes) {
            return false;
        }
        message.writeBytes(bytes);
        return true;
    }

    /** Reads a line with its line end, of which at most the limit is kept. Returns false at the end of the input. */
    private boolean readLine() throws IOException {
        line.reset();
        int b = in.read();
        if (b < 0) {
            return false;
        }
        for (; b >= 0; b = in.read()) {
            if (line.size() <= maxBytes) {
                line.write(b);
            }
            if (b == '\n') {
                break;
            }
        }
        return true;
    }

    private byte[] unquoted(byte[] bytes) {
        int quotes = 0;
        while (quotes < bytes.length && bytes[quotes] == '>') {
            quotes++;
        }
        boolean quoted = (quoting == Quoting.MBOXRD ? quotes > 0 : quotes == 1) && startsWith(bytes, quotes, FROM);
        return quoted ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] begin) {
        return bytes.length - at >= begin.length
                && java.util.Arrays.equals(bytes, at, at + begin.length, begin, 0, begin.length);
    }

    private static boolean beginsMessage(byte[] line) {
        return startsWith(line, 0, FROM)
                && FROM_LINE.matcher(new String(line, ISO_8859_1)).lookingAt();
    }

    private static boolean isEmpty(byte[] bytes) {
        return (bytes.length == 1 && bytes[0] == '\n') || (bytes.length == 2 && bytes[0] == '\r' && bytes[1] == '\n');
    }

    /** The address in {@code From a@b.example Mon Nov 30 …}. */
    private static String sender(@Nullable String fromLine) {
        if (fromLine == null) {
            return "";
        }
        String[] words = fromLine.strip().split(" +", 3);
        return words.length > 1 && words[1].indexOf('@') > 0 ? words[1] : "";
    }
}
