// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Goes once through what a start, a mail and the short commands need, on free ports and in memory, and ends: so that an
 * archive of the classes can be made for a faster start. The launcher runs it; people need not.
 */
@Command(name = "rehearse", hidden = true, header = "goes through a start, a mail and the short commands, and ends")
final class RehearseCommand implements Callable<Integer> {
    private static final Pattern SMTP = Pattern.compile("\\[smtp\\] listening on ([\\d.]+):(\\d+)");
    private static final Pattern HTTP = Pattern.compile("\\[http\\] accessible via (\\S+)");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int GLANCE_MILLIS = 20;
    private static final int SOCKET_MILLIS = 10_000;
    private static final String MAIL =
            "EHLO rehearsal\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String MESSAGE = "Subject: rehearsal\r\n\r\nA line.\r\n.\r\nQUIT\r\n";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("boxcar");
        try {
            Path spool = folder.resolve("spool");
            boolean heard = rehearse(spool.toString()) && rehearse(SinkOptions.IN_MEMORY);
            run(new StringWriter(), "version");
            run(new StringWriter(), "help");
            run(new StringWriter(), "spool", "ls", "--spool", spool.toString());
            return heard ? 0 : 1;
        } finally {
            removeAtTheEnd(folder);
        }
    }

    /** A sink with that spool, a mail and the page; false when it takes too long. */
    private static boolean rehearse(String spool) throws IOException, InterruptedException {
        List<String> arguments = List.of("sink", "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--spool", spool);
        var printed = new StringWriter();
        var sink = new Thread(() -> run(printed, arguments.toArray(String[]::new)), "rehearsal");
        sink.setDaemon(true);
        sink.start();
        Matcher smtp = await(printed, SMTP);
        if (smtp != null) {
            send(smtp.group(1), Integer.parseInt(smtp.group(2)));
        }
        Matcher http = await(printed, HTTP);
        if (http != null) {
            get(URI.create(http.group(1)));
            get(URI.create(http.group(1) + "api/v1/messages"));
        }
        return smtp != null;
    }

    private static int run(Writer out, String... arguments) {
        var printer = new PrintWriter(out, true);
        return Main.run(Map.of(), printer, printer, arguments);
    }

    /** What the sink printed, as soon as it did; null when it takes too long. */
    private static @Nullable Matcher await(StringWriter printed, Pattern line) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            Matcher matcher = line.matcher(printed.toString());
            if (matcher.find()) {
                return matcher;
            }
            Thread.sleep(GLANCE_MILLIS);
        }
        return null;
    }

    private static void send(String host, int port) throws IOException {
        try (var socket = new Socket(host, port)) {
            socket.setSoTimeout(SOCKET_MILLIS);
            InputStream input = socket.getInputStream();
            socket.getOutputStream().write(MAIL.getBytes(US_ASCII));
            var heard = new StringBuilder();
            while (!heard.toString().contains("\r\n354 ")) {
                int b = input.read();
                if (b < 0) {
                    throw new IOException("the rehearsal was not heard out: " + heard);
                }
                heard.append((char) b);
            }
            socket.getOutputStream().write(MESSAGE.getBytes(US_ASCII));
            input.readAllBytes();
        }
    }

    private static void get(URI address) throws IOException {
        try (InputStream input = address.toURL().openStream()) {
            input.readAllBytes();
        }
    }

    /** When the sink has ended, too: what was named first goes last. */
    private static void removeAtTheEnd(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            tree.sorted().forEach(one -> one.toFile().deleteOnExit());
        }
    }
}
