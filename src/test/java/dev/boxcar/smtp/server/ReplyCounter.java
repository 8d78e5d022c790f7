// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.server.limit.Limits;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks that there is exactly one reply per command. It knows only as much of SMTP as is needed to find where a
 * command ends and where bytes are not a command.
 */
final class ReplyCounter {
    private static final BigInteger MAX_BYTES = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int MAX_AUTH_LINE = 12_288;

    private final String bytes;
    private final List<String> replies;
    private final Limits limits;
    private int at;
    private int counted;

    private ReplyCounter(byte[] bytes, List<String> replies, Limits limits) {
        this.bytes = new String(bytes, ISO_8859_1);
        this.replies = replies;
        this.limits = limits;
    }

    /** Fails unless there is exactly one reply per command. */
    static void check(byte[] bytes, List<String> replies, Limits limits) {
        var counter = new ReplyCounter(bytes, replies, limits);
        counter.next(); // the banner
        while (counter.command()) {
            // continue
        }
        if (counter.counted != replies.size()) {
            throw new AssertionError(replies.size() + " replies, expected " + counter.counted + ": " + replies);
        }
    }

    /**
     * Reads a command, the data that belongs to it, and its replies. Returns false when no more replies are expected.
     */
    private boolean command() {
        String line = line();
        if (line == null) {
            return false;
        }
        String[] words = line.stripTrailing().split(" +", 3);
        boolean isLine = line.length() + 2 <= limits.commandBytes();
        boolean isChunk = line.regionMatches(true, 0, "BDAT", 0, 4) && (line.length() == 4 || line.charAt(4) <= ' ');
        if (isChunk) {
            return isLine && words[0].length() == 4 ? chunk(line, words) : withoutSize();
        }
        String reply = next();
        if (reply.startsWith("354")) {
            at -= 2; // the CRLF of the DATA line is the first of CRLF.CRLF
            int end = bytes.indexOf("\r\n.\r\n", at);
            at = end < 0 ? bytes.length() : end + 5;
            return end >= 0 && continues(next());
        }
        while (reply.startsWith("334")) {
            boolean mayAnswer = line.toUpperCase(Locale.ROOT).startsWith("AUTH") && line.length() <= MAX_AUTH_LINE;
            if (!mayAnswer) {
                throw new AssertionError("challenge in reply to " + line);
            }
            if (line() == null) {
                return false;
            }
            reply = next();
        }
        return continues(reply);
    }

    private boolean chunk(String line, String... words) {
        boolean bad = line.indexOf('\0') >= 0 || line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0;
        boolean isNumber =
                words.length > 1 && words[1].matches("[0-9]+") && new BigInteger(words[1]).compareTo(MAX_BYTES) <= 0;
        if (bad || !isNumber) {
            return withoutSize();
        }
        long size = Long.parseLong(words[1]);
        long discarded = Math.min(size, 4 * limits.messageBytes());
        if (bytes.length() - at < discarded) {
            return false;
        }
        at += (int) discarded;
        String reply = next();
        if (size > discarded && !reply.startsWith("421")) {
            throw new AssertionError("reply to a chunk that is far too large: " + reply);
        }
        return continues(reply);
    }

    private boolean withoutSize() {
        String reply = next();
        if (!reply.startsWith("501") && !reply.startsWith("421")) {
            throw new AssertionError("reply to a chunk without a size: " + reply);
        }
        return false; // the start of the next command is unknown
    }

    private @Nullable String line() {
        int end = bytes.indexOf("\r\n", at);
        if (end < 0) {
            return null;
        }
        String line = bytes.substring(at, end);
        at = end + 2;
        return line;
    }

    private String next() {
        if (counted == replies.size()) {
            throw new AssertionError("no reply to the command that ends at offset " + at + ": " + replies);
        }
        return replies.get(counted++);
    }

    private static boolean continues(String reply) {
        return !reply.startsWith("221") && !reply.startsWith("421");
    }
}
