// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands allocate nothing: the loop's thread allocates less than one small object per command. */
@Timeout(60)
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int COMMANDS = 200;
    private static final int TRAINS = 20;
    private static final int SMALLEST_OBJECT = 16;

    private long loopAllocated() {
        long loop = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("boxcar-loop-0"))
                .mapToLong(Thread::getId)
                .max()
                .orElseThrow();
        return THREADS.getThreadAllocatedBytes(loop);
    }

    /** The average number of bytes allocated per command. */
    private double bytesEach(String before, String command) throws IOException, InterruptedException {
        var server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), Ports.of(new RecordingSink()));
        InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
        try (var client = SocketClient.greeted(address)) {
            for (String line : before.lines().toList()) {
                client.ask(line);
            }
            String commands = (command + "\r\n").repeat(COMMANDS);
            exchange(client, commands, 2); // loads the classes
            long from = loopAllocated();
            exchange(client, commands, TRAINS);
            return (double) (loopAllocated() - from) / (COMMANDS * TRAINS);
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    private static void exchange(SocketClient client, String commands, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client.send(commands);
            client.replies(COMMANDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP", "RSET", "HELP", "VRFY someone"})
    void aCommandOutsideATransactionAllocatesNothing(String command) throws Exception {
        assertThat(bytesEach("", command)).isLessThan(SMALLEST_OBJECT);
    }

    /** Only the envelope's array grows. */
    @Test
    void aRecipientAllocatesAboutTheLengthOfItsLine() throws Exception {
        String recipient = "RCPT TO:<recipient@example.com>";
        assertThat(bytesEach("MAIL FROM:<a@example.com>", recipient)).isLessThan(4 * recipient.length());
    }
}
