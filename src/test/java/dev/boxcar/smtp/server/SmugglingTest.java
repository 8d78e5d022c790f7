// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.limit.Limits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SMTP smuggling: whatever surrounds a dot, only CRLF.CRLF ends a message; anything else is stored as sent (RFC 5321
 * §4.1.1.4). These include the published variants: LF.LF, LF.CRLF, CRLF.LF, CR.CR, CRLF.CR, CR.CRLF, LFLF.CRLF,
 * CRLF.NULCRLF.
 */
class SmugglingTest {
    private static final List<String> BEFORE = List.of(
            "", "\r", "\n", "\r\n", "\r\r", "\n\n", "\n\r", "\r\r\n", "\r\n\r", "\r\n\n", "\0\r\n", "\r\n\0", "\r\n ",
            "\u0085", "\u000b");
    private static final List<String> AFTER = List.of(
            "\r", "\n", "\r\n", "\r\r", "\n\n", "\n\r", "\r\r\n", "\n\r\n", "\0\r\n", " \r\n", "\t\r\n", "\u0085",
            "\r\0\n");

    private static final String HEAD = "HELO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String SMUGGLED =
            "MAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nsmuggled\r\n";

    private static boolean ends(String before, String after) {
        return before.endsWith("\r\n") && after.startsWith("\r\n");
    }

    /** A dot at the start of a line is removed if more follows on the line (§4.5.2). */
    private static String stored(String before, String after) {
        return "text" + before + (before.endsWith("\r\n") ? "" : ".") + after + SMUGGLED;
    }

    private static void check(String before, String after, int length) throws IOException {
        var sink = new RecordingSink();
        byte[] bytes = (HEAD + "text" + before + "." + after + SMUGGLED + ".\r\nNOOP\r\n").getBytes(ISO_8859_1);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            for (int at = 0; at < bytes.length; at += length) {
                conversation.send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + length)));
            }
            conversation.awaitLines(7);
            assertThat(conversation.lines().get(5)).startsWith("250 2.0.0 Message queued");
            assertThat(conversation.lines().get(6)).startsWith("250 2.0.0 NOOP");
        }
        assertThat(sink.stored()).hasSize(1);
        assertThat(new String(sink.stored().get(0).bytes(), ISO_8859_1)).isEqualTo(stored(before, after));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 3})
    void onlyTheRealEndOfDataEndsAMessage(int length) throws IOException {
        for (String before : BEFORE) {
            for (String after : AFTER) {
                if (!ends(before, after)) {
                    check(before, after, length);
                }
            }
        }
    }

    @Test
    void theRealEndOfDataEndsAMessage() throws IOException {
        var sink = new RecordingSink();
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HEAD + "text\r\n.\r\n" + SMUGGLED + ".\r\n");
            conversation.awaitLines(10);
        }
        assertThat(sink.stored()).hasSize(2);
    }
}
