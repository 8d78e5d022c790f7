// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.ReplyFraming;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Delays, framings and simulated lines never change what is said: one reply per command, in order (promise P1), however
 * they are combined and however the input comes in.
 */
class RandomFaultsTest {
    private static final String SESSION = "EHLO client.example\r\nNOOP\r\nXFOO\r\n"
            + "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<>\r\nDATA\r\n"
            + "Subject: one\r\n\r\n..text\r\n.\r\n"
            + "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 6\r\ntext\r\nBDAT 4 LAST\r\nmore"
            + "RSET\r\nVRFY b\r\n"
            + "MAIL FROM:<a@example.com>\r\nRCPT TO:<c@example.com>\r\nRSET\r\nDATA\r\nQUIT\r\n";
    private static final List<ReplyFraming> FRAMINGS = List.of(
            ReplyFraming.BATCHED,
            ReplyFraming.SEPARATE,
            ReplyFraming.GLUED,
            ReplyFraming.split(7),
            ReplyFraming.BETWEEN_CR_AND_LF);

    private final RecordingSink sink = new RecordingSink();

    /** Random faults that leave the text of replies alone. */
    private static final class Faulty implements SessionFaults {
        private final Random random;
        private final LineConditions line;

        Faulty(Random random) {
            this.random = random;
            this.line = LineConditions.NONE
                    .withRoundTrip(someMillis())
                    .withJitter(someMillis(), random.nextLong())
                    .withHold(someMillis())
                    .withBitsPerSecond(random.nextBoolean() ? 0 : 400_000);
        }

        private Duration someMillis() {
            return Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(4));
        }

        @Override
        public LineConditions line() {
            return line;
        }

        @Override
        public @Nullable Fault connected() {
            return fault();
        }

        @Override
        public @Nullable Fault command(@Nullable Command command) {
            return fault();
        }

        @Override
        public @Nullable Fault endOfData(long bytes) {
            return fault();
        }

        private @Nullable Fault fault() {
            return random.nextInt(3) == 0
                    ? null
                    : Fault.NONE
                            .withDelay(someMillis())
                            .withStopReading(someMillis())
                            .withFraming(FRAMINGS.get(random.nextInt(FRAMINGS.size())));
        }
    }

    /** Checks that replies are numbered without gaps, and counts the bytes that were written. */
    private static final class Told implements SessionListener {
        private long written;
        private long next;

        @Override
        public void queued(long number, @Nullable Verb verb, long nanos) {
            assertThat(number).isEqualTo(next++);
        }

        @Override
        public void wrote(long bytes, long nanos) {
            written += bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatIsSaidDoesNotDependOnFaultsInTime(long seed) throws IOException {
        String usual = play(null, new Random(seed));
        assertThat(play(new Faulty(new Random(seed)), new Random(seed))).isEqualTo(usual);
        assertThat(usual).endsWith("closing connection\r\n");
        assertThat(sink.stored()).hasSize(4);
        assertThat(sink.underWay()).isZero();
    }

    /** What a client receives that sends the session in segments of random sizes. */
    private String play(@Nullable SessionFaults faults, Random random) throws IOException {
        var told = new Told();
        Ports ports = Ports.of(sink).withListeners((peer, nanos) -> told).withFaults(client -> faults);
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            byte[] bytes = SESSION.getBytes(US_ASCII);
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
                conversation.send(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            conversation.awaitEnd();
            String received = conversation.received();
            assertThat(told.written).isEqualTo(received.length());
            return received.replaceAll("queued as [^\r]*", "queued");
        }
    }
}
