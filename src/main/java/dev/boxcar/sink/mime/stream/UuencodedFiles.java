// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text and the uuencoded files that it contained, as programs without MIME send them. Immutable.
 *
 * @param text the text without the files
 * @param files in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UuencodedFiles(byte[] text, List<File> files) {
    /** The line that begins a file. */
    static final Pattern BEGIN = Pattern.compile("begin[ -][0-7]{3,4} +\\S.*");

    private static final Pattern FILE = Pattern.compile(
            "^begin [0-7]{3,4} +(\\S[^\\r\\n]*?)[ \\t]*\\r?\\n((?:[!-`][ -`]*\\r?\\n)+?)(?:[ `]*\\r?\\n)?end[ \\t]*(?:\\r?\\n|\\z)",
            Pattern.MULTILINE);

    private static final int MAX_FILES = 100;

    /** A file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record File(String name, byte[] encoded) {
        /** The decoded bytes. */
        public InputStream content() {
            return new UuencodeStream(new ByteArrayInputStream(encoded), () -> {});
        }
    }

    /** Separates the first {@value #MAX_FILES} files from a text. A file without an end remains text. */
    public static UuencodedFiles in(byte[] bytes) {
        if (!mayHaveFiles(bytes)) {
            return new UuencodedFiles(bytes, List.of());
        }
        String text = new String(bytes, ISO_8859_1);
        var rest = new StringBuilder();
        var files = new ArrayList<File>();
        int last = 0;
        Matcher file = FILE.matcher(text);
        try {
            while (files.size() < MAX_FILES && file.find()) {
                rest.append(text, last, file.start());
                last = file.end();
                files.add(new File(file.group(1), file.group().getBytes(ISO_8859_1)));
            }
        } catch (StackOverflowError tooManyLines) {
            // the rest remains text
        }
        rest.append(text, last, text.length());
        return new UuencodedFiles(rest.toString().getBytes(ISO_8859_1), List.copyOf(files));
    }

    /** Whether a line begins like that of a file. Fast, because almost no text has one. */
    private static boolean mayHaveFiles(byte[] bytes) {
        for (int i = 0; i + 9 < bytes.length; i++) {
            boolean begins = bytes[i] == 'b'
                    && bytes[i + 1] == 'e'
                    && bytes[i + 2] == 'g'
                    && bytes[i + 3] == 'i'
                    && bytes[i + 4] == 'n'
                    && bytes[i + 5] == ' '
                    && bytes[i + 6] >= '0'
                    && bytes[i + 6] <= '7'
                    && (i == 0 || bytes[i - 1] == '\n');
            if (begins) {
                return true;
            }
        }
        return false;
    }
}
