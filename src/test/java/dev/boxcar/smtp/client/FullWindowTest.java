// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deadlock of RFC 2920 §3.1: a server that reads nothing until the client has read its replies. */
@Timeout(120)
class FullWindowTest {
    private static final int RECIPIENTS = 3000;
    private static final int LINES = 500_000;

    @Test
    void readsRepliesWhileCommandsWaitToBeSent() throws Exception {
        try (var listener = new ServerSocket()) {
            listener.setReceiveBufferSize(4096);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Integer> server = CompletableFuture.supplyAsync(() -> serve(listener));
            var results = new ArrayList<TransactionResult>();
            try (var loop = EventLoop.open("test")) {
                var client = new SmtpClient(loop, ClientOptions.named("client.example"), failure -> {});
                client.open((InetSocketAddress) listener.getLocalSocketAddress());
                var to = new ArrayList<Recipient>();
                for (int i = 0; i < RECIPIENTS; i++) {
                    String domain = ("x".repeat(60) + ".").repeat(3) + "example";
                    to.add(Recipient.of(ForwardPath.parse("<" + "y".repeat(40) + i + "@" + domain + ">")));
                }
                client.send(MailTransaction.of(ReversePath.NULL, to, MessageContent.of(new byte[10])), results::add);
                client.quit();
                loop.run();
            }
            assertThat(server.get()).isEqualTo(RECIPIENTS);
            assertThat(results).hasSize(1);
            assertThat(results.get(0).isComplete()).isTrue();
        }
    }

    @Test
    void knowsWhetherTheServerHasAnUnreadRest() throws Exception {
        try (var listener = new ServerSocket()) {
            listener.setReceiveBufferSize(4096);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var mayRead = new Semaphore(0);
            CompletableFuture<Boolean> server = CompletableFuture.supplyAsync(() -> takeLate(listener, mayRead));
            var results = new ArrayList<TransactionResult>();
            try (var loop = EventLoop.open("test")) {
                var client = new SmtpClient(loop, ClientOptions.named("client.example"), failure -> {});
                client.open((InetSocketAddress) listener.getLocalSocketAddress());
                byte[] content = "a line of the text\r\n".repeat(LINES).getBytes(ISO_8859_1);
                var to = List.of(Recipient.of(ForwardPath.parse("<bob@there.example>")));
                client.send(MailTransaction.of(ReversePath.NULL, to, MessageContent.of(content)), results::add);
                // the client is told again and again that there is room, until there is less than it has produced
                while (!client.hasUnwrittenOutput() && results.isEmpty()) {
                    mayRead.release(7_001);
                    loop.poll(Duration.ofMillis(100));
                }
                assertThat(results).isEmpty();
                mayRead.release(LINES);
                while (results.isEmpty()) {
                    loop.poll(Duration.ofSeconds(1));
                }
                assertThat(client.hasUnwrittenOutput()).isFalse();
                client.quit();
                loop.run();
            }
            assertThat(server.get()).isTrue();
            assertThat(results.get(0).isComplete()).isTrue();
        }
    }

    private static boolean takeLate(ServerSocket listener, Semaphore mayRead) {
        try (Socket socket = listener.accept();
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1), 512)) {
            OutputStream out = socket.getOutputStream();
            out.write("220 hello\r\n".getBytes(ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("DATA")) {
                    out.write("354 go\r\n".getBytes(ISO_8859_1));
                    while (!in.readLine().equals(".")) {
                        mayRead.acquire();
                    }
                }
                out.write("250 ok\r\n".getBytes(ISO_8859_1));
            }
            return true;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Reads a command only after the reply before it was written, which blocks while the client does not read. */
    private static int serve(ServerSocket listener) {
        int recipients = 0;
        try (Socket socket = listener.accept()) {
            socket.setSendBufferSize(4096);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1), 512);
            OutputStream out = socket.getOutputStream();
            String text = " " + "z".repeat(400) + "\r\n";
            out.write(("220" + text).getBytes(ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                recipients += line.startsWith("RCPT") ? 1 : 0;
                String reply = line.startsWith("EHLO") ? "250-x\r\n250 PIPELINING\r\n" : "250" + text;
                out.write((line.equals("DATA") ? "354 go\r\n" : reply).getBytes(ISO_8859_1));
                while (line.equals("DATA") && !in.readLine().equals(".")) {
                    continue;
                }
                if (line.equals("DATA")) {
                    out.write("250 ok\r\n".getBytes(ISO_8859_1));
                }
            }
        } catch (IOException e) {
            return -1;
        }
        return recipients;
    }
}
