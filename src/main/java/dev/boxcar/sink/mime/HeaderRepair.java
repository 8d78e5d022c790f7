// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.sink.mime.stream.BareCarriageReturns;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Repairs the header of a message before it is parsed, so that no text is lost. A line that is not a header field
 * becomes the first line of the body; but if well-known fields follow it, it becomes a continuation of the field before
 * it. A byte order mark and the {@code From } line of an mbox are removed. A correct header is not changed.
 */
final class HeaderRepair {
    private static final int CHUNK_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 256 * 1024;

    /** RFC 5322 §2.2, with the white space before the colon that §4.5 allows. */
    private static final Pattern FIELD = Pattern.compile("[!-9;-~]+[ \\t]*:.*", Pattern.DOTALL);

    private static final Pattern WELL_KNOWN_FIELD = Pattern.compile(
            "(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|mime-version|content-[a-z-]+|received|return-path"
                    + "|references|in-reply-to|x-[a-z0-9-]+|dkim-signature|list-[a-z-]+)[ \\t]*:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern MBOX_LINE = Pattern.compile(">?From [^:].*", Pattern.DOTALL);
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF"; // as ISO 8859-1: one character per byte

    private HeaderRepair() {}

    /** The message with its header repaired. The body is read from {@code message} when it is asked for. */
    static InputStream repair(InputStream message) throws IOException {
        byte[] begin = readHeader(message);
        if (BareCarriageReturns.isUsedIn(begin)) {
            var lines = new BareCarriageReturns(pushedBack(begin, message));
            return pushedBack(repair(readHeader(lines)), lines);
        }
        return pushedBack(repair(begin), message);
    }

    private static InputStream pushedBack(byte[] bytes, InputStream rest) throws IOException {
        var source = new PushbackInputStream(rest, Math.max(1, bytes.length));
        source.unread(bytes);
        return source;
    }

    /** Reads the message up to the first empty line, and some more. */
    private static byte[] readHeader(InputStream message) throws IOException {
        var header = new byte[CHUNK_BYTES];
        int length = message.readNBytes(header, 0, CHUNK_BYTES);
        int searched = 0;
        while (length == header.length && length < MAX_HEADER_BYTES && endOfHeader(header, searched, length) < 0) {
            searched = length - 3;
            header = Arrays.copyOf(header, length * 2);
            length += message.readNBytes(header, length, header.length - length);
        }
        return Arrays.copyOf(header, length);
    }

    /** The index of the first empty line, or -1. */
    private static int endOfHeader(byte[] bytes, int from, int length) {
        for (int i = Math.max(0, from); i < length; i++) {
            boolean lineBegins = i == 0 || bytes[i - 1] == '\n';
            if (lineBegins && (bytes[i] == '\n' || (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n'))) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] repair(byte[] begin) {
        int emptyLine = endOfHeader(begin, 0, begin.length);
        int end = emptyLine < 0 ? begin.length : emptyLine;
        if (firstMalformed(begin, end) < 0) {
            return begin;
        }
        List<String> lines = lines(new String(begin, 0, end, ISO_8859_1));
        repair(lines);
        String rest = new String(begin, end, begin.length - end, ISO_8859_1);
        return (String.join("", lines) + rest).getBytes(ISO_8859_1);
    }

    /** The index of the first line that is neither a field nor continues one, or -1. Fast: most headers have none. */
    private static int firstMalformed(byte[] bytes, int end) {
        for (int line = 0; line < end; ) {
            int at = line;
            while (at < end && bytes[at] > ' ' && bytes[at] < 0x7F && bytes[at] != ':') {
                at++;
            }
            boolean continues = line > 0 && at == line && (bytes[at] == ' ' || bytes[at] == '\t');
            int nameEnd = at;
            while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
                at++;
            }
            if (!continues && (nameEnd == line || at == end || bytes[at] != ':')) {
                return line;
            }
            while (at < end && bytes[at] != '\n') {
                at++;
            }
            line = at + 1;
        }
        return -1;
    }

    private static List<String> lines(String header) {
        var lines = new ArrayList<String>();
        int begin = 0;
        while (begin < header.length()) {
            int newline = header.indexOf('\n', begin);
            int end = newline < 0 ? header.length() : newline + 1;
            lines.add(header.substring(begin, end));
            begin = end;
        }
        return lines;
    }

    private static void repair(List<String> lines) {
        if (lines.get(0).startsWith(BYTE_ORDER_MARK)) {
            lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
        }
        if (lines.size() > 1
                && MBOX_LINE.matcher(lines.get(0)).matches()
                && FIELD.matcher(lines.get(1)).matches()) {
            lines.remove(0);
        }
        int lastField = lastWellKnownField(lines);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean continues = i > 0 && (line.startsWith(" ") || line.startsWith("\t"));
            if (continues || FIELD.matcher(line).matches()) {
                continue;
            }
            if (i == 0 || i > lastField || isBoundary(line, lines.subList(0, i))) {
                lines.add(i, "\r\n"); // the body begins here
                return;
            }
            lines.set(i, " " + line);
        }
    }

    /**
     * Whether a line is the boundary that a field before it declares: then the empty line after the header is missing.
     */
    private static boolean isBoundary(String line, List<String> before) {
        String boundary = line.strip();
        return boundary.startsWith("--")
                && boundary.length() > 2
                && before.stream().anyMatch(field -> field.contains(boundary.substring(2)));
    }

    private static int lastWellKnownField(List<String> lines) {
        int last = lines.size() - 1;
        while (last >= 0 && !WELL_KNOWN_FIELD.matcher(lines.get(last)).matches()) {
            last--;
        }
        return last;
    }
}
