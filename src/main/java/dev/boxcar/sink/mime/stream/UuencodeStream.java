// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Decodes a uuencoded file (POSIX {@code uuencode}): the lines between {@code begin MODE NAME} and {@code end}. A line
 * begins with the number of its bytes; each group of four characters is three bytes. Confined to one thread.
 */
public final class UuencodeStream extends InputStream {
    private static final int MAX_LINE_BYTES = 1024;
    private static final int END_OF_INPUT = -1;

    private final InputStream encoded;
    private final Runnable onIgnoredText;
    private byte[] line = {};
    private int at;
    private boolean begun;
    private boolean ended;

    /** Decodes {@code encoded}. Runs {@code onIgnoredText} if there is text before or after the file, or no end. */
    public UuencodeStream(InputStream encoded, Runnable onIgnoredText) {
        this.encoded = encoded;
        this.onIgnoredText = onIgnoredText;
    }

    @Override
    public int read() throws IOException {
        return fill() ? line[at++] & 0xFF : END_OF_INPUT;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return END_OF_INPUT;
        }
        int count = Math.min(length, line.length - at);
        System.arraycopy(line, at, target, offset, count);
        at += count;
        return count;
    }

    /** Decodes lines until there is a byte to read. Returns false at the end of the file. */
    private boolean fill() throws IOException {
        while (at == line.length && !ended) {
            String text = readLine();
            if (text == null) {
                onIgnoredText.run();
                ended = true;
            } else if (begun) {
                ended = text.equals("end");
                line = ended ? line : decoded(text);
                at = ended ? line.length : 0;
                if (ended) {
                    checkRest();
                }
            } else if (UuencodedFiles.BEGIN.matcher(text).matches()) {
                begun = true;
            } else if (!text.isBlank()) {
                onIgnoredText.run();
            }
        }
        return at < line.length;
    }

    private void checkRest() throws IOException {
        for (int b = encoded.read(); b >= 0; b = encoded.read()) {
            if (b > ' ') {
                onIgnoredText.run();
                return;
            }
        }
    }

    private @org.jspecify.annotations.Nullable String readLine() throws IOException {
        var text = new StringBuilder();
        int b = encoded.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = encoded.read()) {
            if (b != '\r' && text.length() < MAX_LINE_BYTES) {
                text.append((char) b);
            }
        }
        return text.toString();
    }

    /** The bytes of one line. Characters that are missing at its end count as zero. */
    static byte[] decoded(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        int length = value(text, 0);
        var bytes = new ByteArrayOutputStream(length + 2);
        for (int i = 1; bytes.size() < length; i += 4) {
            int group = value(text, i) << 18 | value(text, i + 1) << 12 | value(text, i + 2) << 6 | value(text, i + 3);
            bytes.write(group >> 16);
            bytes.write(group >> 8);
            bytes.write(group);
        }
        return java.util.Arrays.copyOf(bytes.toByteArray(), length);
    }

    /** The six bits of a character: a space and a grave accent are both zero. */
    private static int value(String text, int i) {
        return i < text.length() ? (text.charAt(i) - ' ') & 0x3F : 0;
    }
}
