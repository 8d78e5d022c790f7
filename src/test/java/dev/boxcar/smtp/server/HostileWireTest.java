// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.clients.SocketClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with a heap of 64 MiB serves an honest client during attacks by others, within the documented memory. */
@Timeout(240)
class HostileWireTest {
    /** The heap in use during all attacks, as documented in docs/hostile.md. */
    private static final int MAX_MEBIBYTES = 40;
    /** The heap in use without connections. */
    private static final int MAX_MEBIBYTES_IDLE = 20;

    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String DIALOGUE =
            "EHLO c\r\n" + GROUP + "text\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\n"
                    + "BDAT 4\r\ntextBDAT 0 LAST\r\nVRFY b\r\nQUIT\r\n";

    @TempDir
    Path directory;

    private final List<SocketChannel> attackers = new ArrayList<>();
    private Process process;
    private BufferedReader out;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dboxcar.log.level=warn",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileServer.class.getName(),
                        directory.resolve("spool").toString())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        out = process.inputReader(UTF_8);
        address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(String.valueOf(out.readLine())));
    }

    @AfterEach
    void end() throws IOException {
        closeAttackers();
        process.destroyForcibly();
        out.close();
    }

    private void closeAttackers() throws IOException {
        for (SocketChannel attacker : attackers) {
            attacker.close();
        }
        attackers.clear();
    }

    private SocketChannel attacker() throws IOException {
        SocketChannel attacker = SocketChannel.open(address);
        attackers.add(attacker);
        attacker.configureBlocking(false);
        return attacker;
    }

    /** Repeats the text until this number of bytes is sent or the server accepts no more. Reads nothing. */
    private static long flood(SocketChannel attacker, String text, long bytes) throws IOException {
        var unit =
                ByteBuffer.wrap(text.repeat(Math.max(1, 65_536 / text.length())).getBytes(US_ASCII));
        long sent = 0;
        for (int refusals = 0; sent < bytes && refusals < 50; ) {
            int taken;
            try {
                taken = attacker.write(unit.hasRemaining() ? unit : unit.rewind());
            } catch (IOException e) {
                return sent; // the server may close
            }
            sent += taken;
            refusals = taken > 0 ? 0 : refusals + 1;
            if (taken == 0) {
                Thread.onSpinWait();
                yieldToServer();
            }
        }
        return sent;
    }

    /** Leaves a core to the server's process. */
    private static void yieldToServer() {
        LockSupport.parkNanos(2_000_000);
    }

    /** Sends a text that fits into any buffer. */
    private static void say(SocketChannel attacker, String text) throws IOException {
        attacker.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    private SocketChannel attacker(String beginning) throws IOException {
        SocketChannel attacker = attacker();
        say(attacker, beginning);
        return attacker;
    }

    private void assertServes() throws IOException {
        try (var honest = SocketClient.greeted(address)) {
            honest.send(GROUP + "honest\r\n.\r\nQUIT\r\n");
            List<String> replies = honest.replies(5);
            assertThat(replies.get(3)).startsWith("250 2.0.0 Message queued");
            assertThat(replies.get(4)).startsWith("221 ");
        }
    }

    private String[] ask() throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
        String said = out.readLine();
        assertThat(said).as(() -> "the server has exited: " + stderr()).isNotNull();
        return said.split(" ");
    }

    private String stderr() {
        try {
            return Files.readString(directory.resolve("stderr"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertHeapBelow(int mebibytes) throws IOException {
        int kibibytes = Integer.parseInt(ask()[0]);
        System.out.println("heap after a collection: " + kibibytes + " KiB, " + attackers.size() + " attackers");
        assertThat(kibibytes).as("KiB of heap").isLessThan(mebibytes * 1024);
    }

    private void awaitNoSessions() throws IOException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!ask()[1].equals("0")) {
            assertThat(System.nanoTime()).as("sessions remain").isLessThan(deadline);
            yieldToServer();
        }
    }

    @Test
    void survivesAllAttacksAtOnce() throws IOException {
        assertServes();
        for (int i = 0; i < 4; i++) {
            flood(attacker(), "x", 10L * 1024 * 1024); // an endless command line
            flood(attacker("HELO c\r\n" + GROUP), "x", 10L * 1024 * 1024); // an endless line in a message
            flood(
                    attacker("HELO c\r\nMAIL FROM:<>\r\n"),
                    "RCPT TO:<" + "r".repeat(900) + "@example.com>\r\n",
                    9_000_000);
            assertThat(flood(attacker(), "EHLO c\r\n", 100_000_000))
                    .as("bytes accepted from a client that never reads")
                    .isLessThan(100_000_000);
            flood(attacker("HELO c\r\n"), "VRFY b\r\n\0\u0001\u007f\r\n", 1_000_000);
            flood(attacker("HELO c\r\n" + GROUP.replace("DATA\r\n", "BDAT 20000000\r\n")), "x", 19_000_000);
        }
        List<SocketChannel> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(attacker("HELO c\r\n" + GROUP + "drip")); // slow loris in a message
            slow.add(attacker("EHL")); // slow loris in a command
        }
        for (int i = 0; i < 500; i++) {
            attacker(); // idle
        }
        SocketChannel slowReader = attacker();
        slowReader.setOption(StandardSocketOptions.SO_RCVBUF, 1024);
        flood(slowReader, "HELP\r\n", 1_000_000);
        for (int round = 0; round < 3; round++) {
            for (SocketChannel one : slow) {
                say(one, "x");
            }
            slowReader.read(ByteBuffer.allocate(1));
            assertServes();
        }
        assertHeapBelow(MAX_MEBIBYTES);
        assertServes();
        closeAttackers();
        awaitNoSessions();
        assertHeapBelow(MAX_MEBIBYTES_IDLE);
        assertServes();
        assertThat(stderr()).doesNotContain("OutOfMemory", " ERROR ", "Exception");
    }

    /**
     * Unread replies are limited per session and in total. At the limit per session, the heap would not hold those of
     * all clients.
     */
    @Test
    void survivesManyClientsThatNeverRead() throws IOException {
        for (int i = 0; i < 700; i++) {
            SocketChannel attacker = attacker();
            attacker.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            flood(attacker, i % 2 == 0 ? "HELP\r\n" : "EHLO c\r\n", 150_000);
        }
        assertServes();
        assertHeapBelow(MAX_MEBIBYTES);
        closeAttackers();
        awaitNoSessions();
        assertHeapBelow(MAX_MEBIBYTES_IDLE);
        assertServes();
        assertThat(stderr()).doesNotContain("OutOfMemory", " ERROR ", "Exception");
    }

    /**
     * Many clients leave an envelope and an endless line of AUTH or another command. The heap would not hold them all.
     */
    @Test
    void survivesManyIncompleteCommandsAndEnvelopes() throws IOException {
        String envelope =
                "HELO c\r\nMAIL FROM:<>\r\n" + ("RCPT TO:<" + "r".repeat(1000) + "@example.com>\r\n").repeat(17);
        for (int i = 0; i < 1200; i++) {
            say(attacker(envelope), i % 2 == 0 ? "AUTH " : "NOOP ");
        }
        for (int drip = 0; drip < 6; drip++) {
            for (int i = 0; i < attackers.size(); i++) {
                say(attackers.get(i), "x".repeat(i % 2 == 0 ? 2000 : 680));
            }
            assertServes();
        }
        assertHeapBelow(MAX_MEBIBYTES);
        assertServes();
        closeAttackers();
        awaitNoSessions();
        assertHeapBelow(MAX_MEBIBYTES_IDLE);
        assertThat(stderr()).doesNotContain("OutOfMemory", " ERROR ", "Exception");
    }

    @Test
    void survivesAResetAtEveryByte() throws IOException {
        for (int length = 0; length <= DIALOGUE.length(); length++) {
            try (var client = SocketChannel.open(address)) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0); // close sends a reset
                client.write(ByteBuffer.wrap(DIALOGUE.substring(0, length).getBytes(US_ASCII)));
            }
        }
        awaitNoSessions();
        assertServes();
        assertThat(stderr()).doesNotContain(" ERROR ");
    }

    @Test
    void survivesAHalfCloseAtEveryByte() throws IOException {
        for (int length = 0; length <= DIALOGUE.length(); length++) {
            try (var client = new SocketClient(address)) {
                client.send(DIALOGUE.substring(0, length));
                client.end();
                long queued = client.rest()
                        .lines()
                        .filter(line -> line.startsWith("250 2.0.0 Message queued"))
                        .count();
                int data = DIALOGUE.indexOf("\r\n.\r\n") + 5;
                int bdat = DIALOGUE.indexOf("LAST\r\n") + 6;
                assertThat(queued)
                        .as("messages in the first %d bytes", length)
                        .isEqualTo((length >= data ? 1 : 0) + (length >= bdat ? 1 : 0));
            }
        }
        awaitNoSessions();
        assertServes();
    }
}
