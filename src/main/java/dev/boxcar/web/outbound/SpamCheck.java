// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks SpamAssassin's {@code spamd} about a message, by the command REPORT of its protocol. A check takes at most
 * {@link #MAX_DURATION}; the response may have {@value #MAX_RESPONSE_BYTES} bytes. Blocks; any thread.
 */
public final class SpamCheck {
    static final Duration MAX_DURATION = Duration.ofSeconds(15);
    static final int MAX_RESPONSE_BYTES = 1024 * 1024;

    /** The largest message that is checked, in bytes. */
    public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern STATUS = Pattern.compile("SPAMD/\\d+\\.\\d+ (\\d+) (.*)");
    private static final Pattern SPAM =
            Pattern.compile("(?i)Spam\\s*:\\s*(true|yes|false|no)\\s*;\\s*(-?[\\d.]+)\\s*/\\s*(-?[\\d.]+)");
    private static final Pattern RULE = Pattern.compile("\\s*(-?\\d+(?:\\.\\d+)?)\\s+([A-Z][A-Z0-9_]*)\\s+(.*)");

    /** A rule that matched. */
    public record Rule(double score, String name, String description) {}

    /**
     * The verdict on a message.
     *
     * @param problem why there is no verdict; empty if there is one
     */
    public record Verdict(String problem, boolean isSpam, double score, List<Rule> rules) {
        static Verdict failed(String problem) {
            return new Verdict(problem, false, 0, List.of());
        }
    }

    private final String host;
    private final int port;
    private final Duration maxDuration;

    /** Asks the {@code spamd} at this address. */
    public SpamCheck(String host, int port) {
        this(host, port, MAX_DURATION);
    }

    SpamCheck(String host, int port, Duration maxDuration) {
        this.host = host;
        this.port = port;
        this.maxDuration = maxDuration;
    }

    /** Checks a message. A failure becomes a verdict with a problem. */
    public Verdict check(byte[] message) {
        if (message.length > MAX_MESSAGE_BYTES) {
            return Verdict.failed("the message is larger than " + MAX_MESSAGE_BYTES + " bytes");
        }
        try (var socket = new Socket()) {
            long deadline = System.nanoTime() + maxDuration.toNanos();
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT_TIMEOUT.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(("REPORT SPAMC/1.5\r\nContent-length: " + message.length + "\r\n\r\n").getBytes(ISO_8859_1));
            out.write(message);
            socket.shutdownOutput();
            return verdict(read(socket, deadline));
        } catch (SocketTimeoutException e) {
            return Verdict.failed("spamd at " + host + ":" + port + " did not answer in time");
        } catch (UnknownHostException e) {
            return Verdict.failed("unknown host " + host);
        } catch (IOException e) {
            return Verdict.failed("spamd at " + host + ":" + port + ": " + e.getMessage());
        }
    }

    private static String read(Socket socket, long deadline) throws IOException {
        var response = new java.io.ByteArrayOutputStream();
        var buffer = new byte[8192];
        InputStream in = socket.getInputStream();
        while (response.size() < MAX_RESPONSE_BYTES) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) leftMillis);
            int count = in.read(buffer);
            if (count < 0) {
                break;
            }
            response.write(buffer, 0, count);
        }
        return response.toString(UTF_8);
    }

    private static Verdict verdict(String response) {
        List<String> lines = response.lines().toList();
        Matcher status = STATUS.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!status.matches()) {
            return Verdict.failed("this is not spamd: unexpected response");
        }
        if (!status.group(1).equals("0")) {
            return Verdict.failed("spamd: " + status.group(2));
        }
        for (String line : lines) {
            Matcher spam = SPAM.matcher(line);
            if (spam.lookingAt()) {
                boolean isSpam = List.of("true", "yes").contains(spam.group(1).toLowerCase(Locale.ROOT));
                return new Verdict("", isSpam, number(spam.group(2)), rules(lines));
            }
        }
        return Verdict.failed("spamd: the response has no verdict");
    }

    /** The rules in the report, after the line of hyphens. A description may continue on the next line. */
    private static List<Rule> rules(List<String> lines) {
        var rules = new ArrayList<Rule>();
        @Nullable Rule last = null;
        boolean begun = false;
        for (String line : lines) {
            Matcher rule = RULE.matcher(line);
            if (line.strip().startsWith("----")) {
                begun = true;
            } else if (begun && rule.matches()) {
                last = new Rule(
                        number(rule.group(1)), rule.group(2), rule.group(3).strip());
                rules.add(last);
            } else if (begun && last != null && line.startsWith("  ") && !line.isBlank()) {
                last = new Rule(last.score(), last.name(), last.description() + " " + line.strip());
                rules.set(rules.size() - 1, last);
            } else if (begun && line.isBlank()) {
                last = null;
            }
        }
        return List.copyOf(rules);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
