// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageLinesTest {
    @Test
    void anEmptyMessageHasNoLines() throws IOException {
        assertThat(all("", MessageLines.ALL_LINES)).isEmpty();
    }

    @Test
    void aLineEndAtTheEndIsNotDoubled() throws IOException {
        assertThat(all("a\r\n", MessageLines.ALL_LINES)).isEqualTo("a\r\n");
        assertThat(all("a", MessageLines.ALL_LINES)).isEqualTo("a\r\n");
        assertThat(all("a\r", MessageLines.ALL_LINES)).isEqualTo("a\r\n");
        assertThat(all("a\n\r", MessageLines.ALL_LINES)).isEqualTo("a\r\n\r\n");
    }

    @Test
    void aMessageThatBeginsWithAnEmptyLineHasNoHeader() throws IOException {
        assertThat(all("\r\none\r\ntwo\r\n", 1)).isEqualTo("\r\none\r\n");
    }

    @Test
    void aMessageThatIsOnlyAHeaderEndsThere() throws IOException {
        assertThat(all("A: b\r\nC: d", 5)).isEqualTo("A: b\r\nC: d\r\n");
    }

    /** A slow and simple rendering of the same: split at line ends, stuff, join. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomMessagesAreRenderedAsASimplerProgramDoes(long seed) throws IOException {
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                text.append("\r\n.ab".charAt(random.nextInt(5)));
            }
            long lines = random.nextBoolean() ? MessageLines.ALL_LINES : random.nextInt(4);
            assertThat(all(text.toString(), lines))
                    .as("%s of %s", lines, text)
                    .isEqualTo(simple(text.toString(), lines));
        }
    }

    private static String simple(String text, long bodyLines) {
        var out = new StringBuilder();
        String[] lines = text.split("\r\n|\r|\n", -1);
        int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
        boolean inHeader = true;
        long left = bodyLines;
        for (int i = 0; i < count; i++) {
            if (!inHeader && left-- == 0) {
                break;
            }
            inHeader = inHeader && !lines[i].isEmpty();
            out.append(lines[i].startsWith(".") ? "." : "").append(lines[i]).append("\r\n");
        }
        return out.toString();
    }

    private static String all(String message, long bodyLines) throws IOException {
        InputStream in = new ByteArrayInputStream(message.getBytes(ISO_8859_1));
        try (var lines = new MessageLines(in, bodyLines)) {
            return new String(lines.readAllBytes(), ISO_8859_1);
        }
    }
}
