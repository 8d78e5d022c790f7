// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A small mail client: waits for every reply, pipelines if that is offered, and reports failures. Each {@link Fault}
 * makes it do one thing wrong. For one message.
 */
final class SocketMailer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    /** For a client that miscounts replies and so waits for one that never comes. */
    private static final int MISCOUNTING_TIMEOUT_MILLIS = 1_000;

    /** What it does wrong. */
    enum Fault {
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
        /** Says that all is well. */
        ALWAYS_SUCCEEDS,
        /** Says that all failed. */
        ALWAYS_FAILS
    }

    private final Set<Fault> faults;
    private final Socket socket;
    private final InputStream in;
    private boolean pipelines;

    private SocketMailer(Set<Fault> faults, String host, int port) throws IOException {
        this.faults = faults;
        socket = new Socket(host, port);
        boolean miscounts = has(Fault.READS_ONCE) || has(Fault.COUNTS_LINES);
        socket.setSoTimeout(miscounts ? MISCOUNTING_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** Sends a message; returns the exit status. */
    static int send(SuiteClient.Values values, List<String> recipients, Fault... faults) {
        Set<Fault> all = EnumSet.noneOf(Fault.class);
        all.addAll(List.of(faults));
        int status;
        try (var mailer = new SocketMailer(all, values.host(), values.port())) {
            status = mailer.session(values.message(), recipients) ? 0 : 1;
        } catch (IOException e) {
            status = 2;
        }
        return all.contains(Fault.ALWAYS_SUCCEEDS) ? 0 : all.contains(Fault.ALWAYS_FAILS) ? 1 : status;
    }

    /** For a process of its own: host, port, recipient, message. */
    public static void main(String[] arguments) {
        Path message = Path.of(arguments[3]);
        var values = new SuiteClient.Values(arguments[0], Integer.parseInt(arguments[1]), message, message);
        System.exit(send(values, List.of(arguments[2])));
    }

    private boolean has(Fault fault) {
        return faults.contains(fault);
    }

    private boolean session(Path file, List<String> recipients) throws IOException {
        if (has(Fault.TALKS_FIRST)) {
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
        String reply = has(Fault.TALKS_FIRST) ? reply() : ask("EHLO client.example");
        if (code(reply) / 100 == 5) {
            return code(ask("HELO client.example")) == 250;
        }
        pipelines = reply.contains("PIPELINING") || has(Fault.ALWAYS_PIPELINES);
        return code(reply) == 250;
    }

    private boolean transaction(Path file, List<String> recipients) throws IOException {
        var group = new ArrayList<String>(List.of("MAIL FROM:<" + SuiteClient.SENDER + ">"));
        recipients.forEach(recipient -> group.add("RCPT TO:<" + recipient + ">"));
        var codes = new ArrayList<Integer>();
        if (pipelines) {
            group.add("DATA");
            send(String.join("\r\n", group) + "\r\n" + (has(Fault.SENDS_BODY_WITH_DATA) ? content(file) : ""));
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
            codes.add(code(ask("DATA")));
        }
        boolean anyRecipient = codes.subList(1, codes.size() - 1).stream().anyMatch(code -> code == 250);
        if (codes.get(codes.size() - 1) == 354) {
            // a lone dot ends a message that nobody would receive (RFC 2920 section 3.1)
            send(has(Fault.SENDS_BODY_WITH_DATA) ? "" : anyRecipient ? content(file) : ".\r\n");
            return code(reply()) == 250 && anyRecipient;
        }
        if (has(Fault.IGNORES_REFUSED_DATA)) {
            send(content(file));
        }
        return false;
    }

    private String content(Path file) throws IOException {
        String text = Files.readString(file, US_ASCII);
        text = has(Fault.DOES_NOT_STUFF) ? text : text.replaceAll("(?m)^\\.", "..");
        return (has(Fault.BARE_LF) ? text.replace("\r\n", "\n").replaceFirst("\n$", "\r\n") : text) + ".\r\n";
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
        if (has(Fault.READS_ONCE)) {
            byte[] buffer = new byte[4096];
            int bytes = in.read(buffer);
            return bytes < 0 ? "" : new String(buffer, 0, bytes, UTF_8);
        }
        var reply = new StringBuilder();
        while (true) {
            String line = line();
            reply.append(line).append('\n');
            if (has(Fault.COUNTS_LINES) || !line.startsWith("-", 3)) {
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
