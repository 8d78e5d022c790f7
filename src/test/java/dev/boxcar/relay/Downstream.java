// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A mail server that the relay delivers to. A test says what it replies; without that, it accepts everything. It is
 * simple on purpose: one thread per connection, blocking.
 */
public final class Downstream implements AutoCloseable {
    /** What may be replied instead of a text. */
    static final String CLOSE = "CLOSE";

    static final String RESET = "RESET";
    public static final String SILENCE = "SILENCE";

    /** The extensions that it offers unless the test says otherwise. */
    static final String EHLO =
            "250-downstream\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n250 ENHANCEDSTATUSCODES";

    /** A command that was received. The verbs CONNECT and END stand for the start and the end of the content. */
    public record Event(String verb, String line, int connection, int message) {}

    /** Decides about the reply to an event: a text without the last CRLF, one of the constants, or null for success. */
    @FunctionalInterface
    public interface Script {
        @Nullable
        String reply(Event event);
    }

    /** A message that it has taken. */
    public record Received(String from, List<String> recipients, String content, int connection, boolean inTls) {}

    private final ServerSocket server;
    private final Script script;
    private final @Nullable SSLContext tls;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Received> messages = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private Downstream(int port, Script script, @Nullable SSLContext tls) throws IOException {
        this.script = script;
        this.tls = tls;
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        daemon(this::accept);
    }

    public static Downstream start() throws IOException {
        return new Downstream(0, event -> null, null);
    }

    public static Downstream start(Script script) throws IOException {
        return new Downstream(0, script, null);
    }

    public static Downstream startAt(int port) throws IOException {
        return new Downstream(port, event -> null, null);
    }

    /** A server that offers STARTTLS. Inside TLS, the verb of EHLO is EHLO-TLS in events. */
    public static Downstream startInTls(SSLContext tls, Script script) throws IOException {
        return new Downstream(0, script, tls);
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<Received> messages() {
        return messages;
    }

    /** Every command line, in the order of arrival. */
    List<String> commands() {
        return commands;
    }

    /** The address of the client of each connection. */
    List<String> clients() {
        return sockets.stream()
                .map(socket -> socket.getInetAddress().getHostAddress())
                .toList();
    }

    int connections() {
        return connections.get();
    }

    /** Every recipient that it has taken a message for, in order; one entry per message and recipient. */
    public List<String> recipients() {
        return messages.stream().flatMap(one -> one.recipients().stream()).toList();
    }

    private static void daemon(Runnable task) {
        var thread = new Thread(task, "downstream");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                daemon(() -> new Connection(socket, number).run());
            } catch (IOException e) {
                return;
            }
        }
    }

    private final class Connection {
        private final Socket socket;
        private final int number;
        private int message = 1;
        private String from = "";
        private boolean hasSender;
        private boolean lmtp;
        private boolean inTls;
        private final List<String> recipients = new ArrayList<>();

        Connection(Socket socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        void run() {
            try (socket) {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = new BufferedOutputStream(socket.getOutputStream());
                if (!reply(out, "CONNECT", "", "220 downstream ESMTP")) {
                    return;
                }
                String line = line(in);
                while (line != null) {
                    commands.add(line);
                    if (line.equals("STARTTLS") && tls != null && !inTls) {
                        send(out, "220 2.0.0 go on");
                        SSLSocket secured = secure(tls);
                        in = new BufferedInputStream(secured.getInputStream());
                        out = new BufferedOutputStream(secured.getOutputStream());
                    } else if (!command(line, in, out)) {
                        return;
                    }
                    line = line(in);
                }
            } catch (IOException | InterruptedException e) {
                // the test sees what is missing
            }
        }

        private SSLSocket secure(SSLContext context) throws IOException {
            boolean closesPlain = true;
            var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, port(), closesPlain);
            secured.setUseClientMode(false);
            secured.startHandshake();
            inTls = true;
            return secured;
        }

        private boolean command(String line, InputStream in, OutputStream out)
                throws IOException, InterruptedException {
            String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            switch (verb) {
                case "EHLO", "LHLO" -> {
                    lmtp = verb.equals("LHLO");
                    String usual = tls == null || inTls ? EHLO : EHLO.replaceFirst("\r\n", "\r\n250-STARTTLS\r\n");
                    return reply(out, inTls ? "EHLO-TLS" : "EHLO", line, usual);
                }
                case "MAIL" -> {
                    String given = script.reply(new Event(verb, line, number, message));
                    hasSender = given == null || given.startsWith("2");
                    from = path(line);
                    recipients.clear();
                    return send(out, given == null ? "250 2.1.0 ok" : given);
                }
                case "RCPT" -> {
                    String given = script.reply(new Event(verb, line, number, message));
                    if (hasSender && (given == null || given.startsWith("2"))) {
                        recipients.add(path(line));
                    }
                    return send(out, given != null ? given : hasSender ? "250 2.1.5 ok" : "503 5.5.1 MAIL first");
                }
                case "DATA" -> {
                    return data(line, in, out);
                }
                case "BDAT" -> {
                    String content = new String(in.readNBytes(Integer.parseInt(line.split(" ", 3)[1])), ISO_8859_1);
                    return end(out, recipients.isEmpty() ? "554 5.5.1 no recipients" : "250 2.0.0 taken", content);
                }
                case "QUIT" -> {
                    reply(out, verb, line, "221 2.0.0 bye");
                    return false;
                }
                default -> {
                    return reply(out, verb, line, "250 2.0.0 ok");
                }
            }
        }

        private boolean data(String line, InputStream in, OutputStream out) throws IOException, InterruptedException {
            String given = script.reply(new Event("DATA", line, number, message));
            String refused = recipients.isEmpty() ? "554 5.5.1 no recipients" : "354 go on";
            String answer = given == null ? refused : given;
            if (!send(out, answer)) {
                return false;
            }
            return !answer.startsWith("354") || end(out, "250 2.0.0 taken", content(in));
        }

        private boolean end(OutputStream out, String usual, String content) throws IOException, InterruptedException {
            if (lmtp) {
                return endOfLmtp(out, content);
            }
            String given = script.reply(new Event("END", "", number, message));
            String answer = given == null ? usual : given;
            message++;
            if (answer.startsWith("2")) {
                messages.add(new Received(from, List.copyOf(recipients), content, number, inTls));
            }
            return send(out, answer);
        }

        /** RFC 2033 §4.2: one reply per recipient, in order. The script is asked with the recipient as the line. */
        private boolean endOfLmtp(OutputStream out, String content) throws IOException, InterruptedException {
            int number = message++;
            for (String recipient : recipients) {
                String given = script.reply(new Event("END", recipient, this.number, number));
                String answer = given == null ? "250 2.0.0 taken" : given;
                if (answer.startsWith("2")) {
                    messages.add(new Received(from, List.of(recipient), content, this.number, inTls));
                }
                if (!send(out, answer)) {
                    return false;
                }
            }
            return true;
        }

        private boolean reply(OutputStream out, String verb, String line, String usual)
                throws IOException, InterruptedException {
            String given = script.reply(new Event(verb, line, number, message));
            return send(out, given == null ? usual : given);
        }

        private boolean send(OutputStream out, String text) throws IOException, InterruptedException {
            switch (text) {
                case CLOSE -> {
                    return false;
                }
                case RESET -> {
                    socket.setSoLinger(true, 0);
                    return false;
                }
                case SILENCE -> {
                    closed.await();
                    return false;
                }
                default -> {
                    out.write((text + "\r\n").getBytes(ISO_8859_1));
                    out.flush();
                    return !text.startsWith("421");
                }
            }
        }
    }

    private static String path(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private static @Nullable String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(ISO_8859_1).replaceFirst("\r$", "");
            }
            line.write(b);
        }
        return null;
    }

    private static String content(InputStream in) throws IOException {
        var content = new StringBuilder();
        String line = line(in);
        while (line != null && !line.equals(".")) {
            content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
            line = line(in);
        }
        if (line == null) {
            throw new IOException("the content has no end");
        }
        return content.toString();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
