// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.server.ExitStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code boxcar rehearse}: starts a sink, sends it messages, fetches the page, runs the short commands and ends. The
 * launcher runs it to create the archive of loaded classes that makes later starts faster. {@code boxcar rehearse
 * relay} does the same for the relay, which has an archive of its own: an archive takes memory for each of its classes.
 */
@Command(name = "rehearse", hidden = true, header = "runs a start, a few messages and the short commands, then ends")
final class RehearseCommand implements Callable<Integer> {
    private static final String SINK = "sink";
    private static final String RELAY = "relay";
    /** As many as {@link #send} sends. */
    private static final int MESSAGES = 3;

    private static final Pattern SMTP = Pattern.compile("\\[smtp\\] listening on ([\\d.]+):(\\d+)");
    private static final Pattern HTTP = Pattern.compile("\\[http\\] accessible via (\\S+)");
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MILLIS = 20;
    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;
    private static final String EHLO = "EHLO rehearsal\r\n";
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\n";
    private static final String RCPT = "RCPT TO:<b@example.com>\r\n";
    private static final String DATA = "DATA\r\n";
    private static final String MESSAGE = "From: a@example.com\r\nTo: b@example.com\r\nSubject: rehearsal\r\n\r\n"
            + "A line of the text.\r\n".repeat(20) + ".\r\n";
    private static final String QUIT = "QUIT\r\n";

    @Parameters(arity = "0..1", paramLabel = "sink|relay", defaultValue = SINK, description = "the server to start")
    String server = SINK;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("boxcar");
        try {
            String spool = directory.resolve("spool").toString();
            boolean succeeded = server.equals(RELAY)
                    ? rehearseRelay(spool)
                    : rehearseSink(spool) && rehearseSink(SinkOptions.IN_MEMORY);
            if (server.equals(SINK)) {
                run(new StringWriter(), "version");
                run(new StringWriter(), "help");
                run(new StringWriter(), "spool", "ls", "--spool", spool);
            }
            return succeeded ? 0 : ExitStatus.FAILED;
        } finally {
            deleteOnExit(directory);
        }
    }

    /** Runs a sink with this spool, messages and the page. Returns false if that takes too long. */
    private static boolean rehearseSink(String spool) throws IOException, InterruptedException {
        StringWriter printed = start(SINK, "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--spool", spool);
        boolean isListening = sendWhenListening(printed);
        Matcher http = await(printed, HTTP);
        if (http != null) {
            get(URI.create(http.group(1)));
            get(URI.create(http.group(1) + "api/v1/messages"));
        }
        return isListening;
    }

    /**
     * Runs a relay that delivers its messages. Returns false if that takes too long. Without TLS, whose classes take 4
     * MiB of an idle relay; it is loaded with the first delivery that uses it.
     */
    private static boolean rehearseRelay(String spool) throws IOException, InterruptedException {
        try (RehearsedServer next = RehearsedServer.start(MESSAGES)) {
            StringWriter printed = start(
                    RELAY,
                    "--smtp",
                    "127.0.0.1:0",
                    "--spool",
                    spool,
                    "--smarthost",
                    next.address(),
                    "--smarthost-tls",
                    "none");
            return sendWhenListening(printed) && next.awaitMessages(TIMEOUT_NANOS);
        }
    }

    /** Runs a command on a thread of its own. Returns what it prints. */
    private static StringWriter start(String... arguments) {
        var printed = new StringWriter();
        var thread = new Thread(() -> run(printed, arguments), "rehearsal");
        thread.setDaemon(true);
        thread.start();
        return printed;
    }

    private static boolean sendWhenListening(StringWriter printed) throws IOException, InterruptedException {
        Matcher smtp = await(printed, SMTP);
        if (smtp != null) {
            send(smtp.group(1), Integer.parseInt(smtp.group(2)));
        }
        return smtp != null;
    }

    private static int run(Writer out, String... arguments) {
        var printer = new PrintWriter(out, true);
        return Main.run(Map.of(), printer, printer, arguments);
    }

    /** Waits until the sink has printed the line. Returns null if that takes too long. */
    private static @Nullable Matcher await(StringWriter printed, Pattern line) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (System.nanoTime() < deadline) {
            Matcher matcher = line.matcher(printed.toString());
            if (matcher.find()) {
                return matcher;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return null;
    }

    /** Sends a message in each of the ways in which clients send them: in lock-step, pipelined, and all at once. */
    private static void send(String host, int port) throws IOException {
        converse(host, port, MAIL, RCPT, DATA, MESSAGE);
        converse(host, port, MAIL + RCPT + DATA, MESSAGE);
        converse(host, port, MAIL + RCPT + DATA + MESSAGE);
    }

    /** Sends a message. Each of {@code writes} is sent when everything before it was answered. */
    private static void converse(String host, int port, String... writes) throws IOException {
        try (var socket = new Socket(host, port)) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            skip(replies, 1);
            write(socket, EHLO, replies);
            for (String commands : writes) {
                write(socket, commands, replies);
            }
            write(socket, QUIT, replies);
        }
    }

    private static void write(Socket socket, String commands, BufferedReader replies) throws IOException {
        socket.getOutputStream().write(commands.getBytes(US_ASCII));
        long answered = Stream.of(EHLO, MAIL, RCPT, DATA, MESSAGE, QUIT)
                .filter(commands::contains)
                .count();
        skip(replies, answered);
    }

    private static void skip(BufferedReader replies, long count) throws IOException {
        for (long remaining = count; remaining > 0; ) {
            String line = replies.readLine();
            if (line == null) {
                throw new IOException("the rehearsal's connection was closed");
            }
            remaining -= line.startsWith(" ", 3) ? 1 : 0;
        }
    }

    private static void get(URI address) throws IOException {
        try (InputStream input = address.toURL().openStream()) {
            input.readAllBytes();
        }
    }

    /** Deletes the directory at exit, after the sinks have ended. The JVM deletes files in reverse order. */
    private static void deleteOnExit(Path directory) throws IOException {
        try (var tree = Files.walk(directory)) {
            tree.sorted().forEach(file -> file.toFile().deleteOnExit());
        }
    }
}
