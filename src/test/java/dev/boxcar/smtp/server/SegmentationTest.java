// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes result in the same replies and messages, however they are split into segments. */
class SegmentationTest {
    private static final int CUTTINGS = 12;
    private static final List<String> PARTS = List.of(
            "EHLO client.example\r\n",
            "HELO x\r\n",
            "MAIL FROM:<a@example.com>\r\n",
            "MAIL FROM:<> SIZE=9\r\n",
            "MAIL FROM:<a@b> BODY=9\r\n",
            "RCPT TO:<b@example.com>\r\n",
            "RCPT TO:<nobody>\r\n",
            "RCPT TO:<>\r\n",
            "DATA\r\n",
            "BDAT 7\r\none\r\n.\r",
            "BDAT 9 LAST\r\nQUIT\r\n.\r\n",
            "BDAT 3 LAST\r\n\n\0\u00ff",
            "BDAT 0 LAST\r\n",
            "BDAT 0\r\n",
            "BDAT 6 FIRST\r\nNOOP\r\n",
            "MAIL FROM:<a@example.com> BODY=BINARYMIME\r\n",
            "RCPT TO:<b@example.com> NOTIFY=NEVER ORCPT=rfc822;b+2Bc\r\n",
            "RSET\r\n",
            "NOOP\r\n",
            "VRFY b\r\n",
            "HELP\r\n",
            "\r\n",
            "\r\r\n",
            "\n\r\n",
            "NO\rOP\r\n",
            "QUIT\r",
            ".\r\n",
            "..\r\n",
            ".x\r\n",
            "\r\n.\r\n",
            "\n.\n",
            "\r\n.\n",
            "\r.\r\n",
            "text\r\n",
            "\0\r\n",
            "\u00ff\r\n",
            "x".repeat(5000) + "\r\n",
            "Subject: a\r\n\r\nb\r\n.\r\n");

    private static final List<String> BODIES = List.of(
            "DATA\r\n",
            "DATA\r\n",
            "BDAT 5\r\n.\r\n\r\nBDAT 4 LAST\r\n\n.\r\n",
            "BDAT 2000\r\n" + "0123456789".repeat(200) + "BDAT 0 LAST\r\n",
            "BDAT 3000 LAST\r\n" + "\r\n.\r\n".repeat(600));

    private record Result(String replies, List<String> messages) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void repliesAndMessagesDoNotDependOnTheSegments(long seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = bytes(random);
        Result whole = converse(bytes, List.of(bytes.length));
        assertThat(whole.messages()).as("messages of this seed").isNotEmpty();
        for (int i = 0; i < CUTTINGS; i++) {
            List<Integer> cuts = cuts(random, bytes.length);
            assertThat(converse(bytes, cuts))
                    .as("seed %d, split at %s", seed, cuts)
                    .isEqualTo(whole);
        }
    }

    /** A random dialogue of which about half is valid. */
    private static byte[] bytes(Random random) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes("EHLO client.example\r\n".getBytes(ISO_8859_1));
        bytes.writeBytes("MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nBDAT 1 LAST\r\nx".getBytes(ISO_8859_1));
        for (int i = 0; i < 40; i++) {
            String part = random.nextInt(3) == 0
                    ? "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
                            + BODIES.get(random.nextInt(BODIES.size()))
                    : PARTS.get(random.nextInt(PARTS.size()));
            bytes.writeBytes(part.getBytes(ISO_8859_1));
        }
        bytes.writeBytes("\r\n.\r\nQUIT\r\n".getBytes(ISO_8859_1));
        return bytes.toByteArray();
    }

    private static List<Integer> cuts(Random random, int length) {
        int most = 1 + random.nextInt(60);
        int[] cuts = random.ints(most, 1, length).sorted().distinct().toArray();
        return IntStream.concat(Arrays.stream(cuts), IntStream.of(length))
                .boxed()
                .toList();
    }

    /** Uses a real spool; ids and times are not compared. */
    private static Result converse(byte[] bytes, List<Integer> cuts) throws IOException {
        try (var spool = new MemorySpool(16 * 1024 * 1024);
                var conversation = new Conversation(new SpoolSink(spool), Limits.DEFAULTS)) {
            int sent = 0;
            for (int cut : cuts) {
                conversation.send(Arrays.copyOfRange(bytes, sent, cut));
                sent = cut;
            }
            conversation.end();
            conversation.awaitEnd();
            var messages = new ArrayList<String>();
            for (Ulid id : spool.ids()) {
                SpoolRecord message = Objects.requireNonNull(spool.find(id));
                messages.add(message.text().toString().replaceAll("Received: .*\n", "")
                        + new String(message.body().readAllBytes(), ISO_8859_1));
            }
            String replies = conversation
                    .received()
                    .replaceAll("queued as \\w+", "queued")
                    .replaceAll("FUTURERELEASE .*", "FUTURERELEASE");
            return new Result(replies, messages);
        }
    }
}
