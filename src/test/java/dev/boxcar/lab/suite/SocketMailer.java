// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A small mail client: waits for every reply, pipelines if that is offered, and reports failures. Most of its
 * {@link Habit}s make it do one thing wrong. For one message.
 */
final class SocketMailer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    /** For a client that miscounts replies and so waits for one that never comes. */
    private static final int MISCOUNTING_TIMEOUT_MILLIS = 1_000;

    private static final int CHUNK_BYTES = 10_000;

    /** What it does otherwise. */
    enum Habit {
        /** Sends a group whether PIPELINING is offered or not. */
        ALWAYS_PIPELINES,
        /** Sends EHLO before the banner. */
        TALKS_FIRST,
        /** Sends the message with DATA. */
        SENDS_BODY_WITH_DATA,
        /** Does not double dots. */
        DOES_NOT_STUFF,
        /** Sends bare LF. */
        BARE_LF,
        /** Takes what one read brings for a whole reply. */
        READS_ONCE,
        /** Takes each line for a reply. */
        COUNTS_LINES,
        /** Sends the message although DATA is refused. */
        IGNORES_REFUSED_DATA,
        /** Sends the message although every recipient is refused. */
        IGNORES_REFUSED_RECIPIENTS,
        /** Nothing wrong: sends the message in chunks, and waits for the reply to each. */
        SENDS_CHUNKS,
        /** Sends chunks, and goes on after a refused one. */
        IGNORES_REFUSED_CHUNK,
        /** Sends chunks with doubled dots. */
        STUFFS_CHUNKS,
        /** Nothing wrong: sends the group and the whole message as a chunk, and reads the replies meanwhile. */
        READS_WHILE_IT_WRITES,
        /** Sends the group and the whole message as a chunk before it reads a reply. */
        WRITES_BEFORE_IT_READS,
        /** Nothing wrong: declares 8-bit text, and does not send it if 8BITMIME is not offered. */
        DECLARES_EIGHT_BIT,
        /** Says that all is well. */
        ALWAYS_SUCCEEDS,
        /** Says that all failed. */
        ALWAYS_FAILS
    }

    private final Set<Habit> habits;
    private final Socket socket;
    private final InputStream in;
    private boolean pipelines;
    private boolean takesEightBit;

    private SocketMailer(Set<Habit> habits, String host, int port) throws IOException {
        this.habits = habits;
        socket = new Socket(host, port);
        boolean miscounts = has(Habit.READS_ONCE) || has(Habit.COUNTS_LINES);
        socket.setSoTimeout(miscounts ? MISCOUNTING_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a message; returns the exit status. */
    static int send(SuiteClient.Values values, List<String> recipients, Habit... habits) {
        Set<Habit> all = EnumSet.noneOf(Habit.class);
        all.addAll(List.of(habits));
        int status;
        try (var mailer = new SocketMailer(all, values.host(), values.port())) {
            status = mailer.session(values.message(), recipients) ? 0 : 1;
        } catch (IOException e) {
            status = 2;
        }
        return all.contains(Habit.ALWAYS_SUCCEEDS) ? 0 : all.contains(Habit.ALWAYS_FAILS) ? 1 : status;
    }

    /** For a process of its own: host, port, recipients, message, and perhaps a habit. */
    public static void main(String[] arguments) {
        Path message = Path.of(arguments[3]);
        var values = new SuiteClient.Values(arguments[0], Integer.parseInt(arguments[1]), message, message);
        Habit[] habits = arguments.length > 4 ? new Habit[] {Habit.valueOf(arguments[4])} : new Habit[0];
        System.exit(send(values, List.of(arguments[2].split(",")), habits));
    }

    private boolean has(Habit fault) {
        return habits.contains(fault);
    }

    private boolean session(Path file, List<String> recipients) throws IOException {
        if (has(Habit.TALKS_FIRST)) {
            send("EHLO client.example\r\n");
        }
        if (code(reply()) != 220 || !hello()) {
            return false;
        }
        boolean accepted = transaction(file, recipients);
        try {
            ask("QUIT");
        } catch (IOException e) {
            return accepted; // the message is safe, whatever becomes of the connection
        }
        return accepted;
    }

    private boolean hello() throws IOException {
        String reply = has(Habit.TALKS_FIRST) ? reply() : ask("EHLO client.example");
        if (code(reply) / 100 == 5) {
            return code(ask("HELO client.example")) == 250;
        }
        pipelines = reply.contains("PIPELINING") || has(Habit.ALWAYS_PIPELINES);
        takesEightBit = reply.contains("8BITMIME");
        return code(reply) == 250;
    }

    private boolean transaction(Path file, List<String> recipients) throws IOException {
        if (has(Habit.DECLARES_EIGHT_BIT) && !takesEightBit) {
            return false;
        }
        String body = has(Habit.DECLARES_EIGHT_BIT) ? " BODY=8BITMIME" : "";
        var group = new ArrayList<String>(List.of("MAIL FROM:<" + SuiteClient.SENDER + ">" + body));
        recipients.forEach(recipient -> group.add("RCPT TO:<" + recipient + ">"));
        if (has(Habit.READS_WHILE_IT_WRITES) || has(Habit.WRITES_BEFORE_IT_READS)) {
            return groupWithChunk(file, group);
        }
        var codes = new ArrayList<Integer>();
        if (pipelines && !sendsChunks()) {
            group.add("DATA");
            send(String.join("\r\n", group) + "\r\n" + (has(Habit.SENDS_BODY_WITH_DATA) ? content(file) : ""));
            for (int i = 0; i < group.size(); i++) {
                codes.add(code(reply()));
            }
        } else {
            for (String command : group) {
                codes.add(code(ask(command)));
                if (codes.get(codes.size() - 1) >= 400 && codes.size() == 1) {
                    return false;
                }
            }
            if (codes.subList(1, codes.size()).stream().noneMatch(code -> code == 250)) {
                return false;
            }
            if (sendsChunks()) {
                return chunks(file);
            }
            codes.add(code(ask("DATA")));
        }
        boolean anyRecipient = codes.subList(1, codes.size() - 1).stream().anyMatch(code -> code == 250);
        if (codes.get(codes.size() - 1) == 354) {
            // a lone dot ends a message that nobody would receive (RFC 2920 section 3.1)
            send(
                    has(Habit.SENDS_BODY_WITH_DATA)
                            ? ""
                            : anyRecipient || has(Habit.IGNORES_REFUSED_RECIPIENTS) ? content(file) : ".\r\n");
            return code(reply()) == 250 && anyRecipient;
        }
        if (has(Habit.IGNORES_REFUSED_DATA)) {
            send(content(file));
        }
        return false;
    }

    private boolean sendsChunks() {
        return has(Habit.SENDS_CHUNKS) || has(Habit.IGNORES_REFUSED_CHUNK) || has(Habit.STUFFS_CHUNKS);
    }

    private boolean chunks(Path file) throws IOException {
        String text = Files.readString(file, US_ASCII);
        text = has(Habit.STUFFS_CHUNKS) ? text.replaceAll("(?m)^\\.", "..") : text;
        for (int from = 0; from < text.length(); from += CHUNK_BYTES) {
            String chunk = text.substring(from, Math.min(text.length(), from + CHUNK_BYTES));
            boolean isLast = from + CHUNK_BYTES >= text.length();
            send("BDAT " + chunk.length() + (isLast ? " LAST" : "") + "\r\n" + chunk);
            boolean accepted = code(reply()) == 250;
            if (isLast || (!accepted && !has(Habit.IGNORES_REFUSED_CHUNK))) {
                return accepted;
            }
        }
        return false;
    }

    /** All in one write, as a client does that only counts its commands. */
    private boolean groupWithChunk(Path file, List<String> group) throws IOException {
        String text = Files.readString(file, US_ASCII);
        String all = String.join("\r\n", group) + "\r\nBDAT " + text.length() + " LAST\r\n" + text;
        if (has(Habit.WRITES_BEFORE_IT_READS)) {
            send(all);
            return lastOf(group.size() + 1);
        }
        var accepted = CompletableFuture.supplyAsync(() -> lastOf(group.size() + 1));
        send(all);
        return accepted.join();
    }

    /** Reads this many replies; returns whether the last one is 250. */
    private boolean lastOf(int replies) {
        try {
            int code = 0;
            for (int i = 0; i < replies; i++) {
                code = code(reply());
            }
            return code == 250;
        } catch (IOException e) {
            return false;
        }
    }

    private String content(Path file) throws IOException {
        String text = Files.readString(file, UTF_8);
        text = has(Habit.DOES_NOT_STUFF) ? text : text.replaceAll("(?m)^\\.", "..");
        return (has(Habit.BARE_LF) ? text.replace("\r\n", "\n").replaceFirst("\n$", "\r\n") : text) + ".\r\n";
    }

    private String ask(String command) throws IOException {
        send(command + "\r\n");
        return reply();
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static int code(String reply) {
        return reply.matches("(?s)\\d{3}.*") ? Integer.parseInt(reply.substring(0, 3)) : 0;
    }

    private String reply() throws IOException {
        if (has(Habit.READS_ONCE)) {
            byte[] buffer = new byte[4096];
            int bytes = in.read(buffer);
            return bytes < 0 ? "" : new String(buffer, 0, bytes, UTF_8);
        }
        var reply = new StringBuilder();
        while (true) {
            String line = line();
            reply.append(line).append('\n');
            if (has(Habit.COUNTS_LINES) || !line.startsWith("-", 3)) {
                return reply.toString();
            }
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server closed");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
