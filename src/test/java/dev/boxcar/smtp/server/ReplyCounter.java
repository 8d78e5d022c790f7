// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.server.limit.Limits;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's bytes beside the replies, knowing no more of SMTP than where a command ends, and where what follows
 * is none: for each command there must be one reply, and none more.
 */
final class ReplyCounter {
    private static final BigInteger MOST_BYTES = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int LONGEST_AUTH = 12_288;

    private final String bytes;
    private final List<String> replies;
    private final Limits limits;
    private int at;
    private int paid;

    private ReplyCounter(byte[] bytes, List<String> replies, Limits limits) {
        this.bytes = new String(bytes, ISO_8859_1);
        this.replies = replies;
        this.limits = limits;
    }

    /** Fails when the replies are not one a command. */
    static void check(byte[] bytes, List<String> replies, Limits limits) {
        var reckoning = new ReplyCounter(bytes, replies, limits);
        reckoning.next(); // the banner
        while (reckoning.command()) {
            // the next one
        }
        if (reckoning.paid != replies.size()) {
            throw new AssertionError(replies.size() + " replies for " + reckoning.paid + " due: " + replies);
        }
    }

    /** Takes a command, what belongs to it, and its replies; false where nothing more is due. */
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
            at -= 2; // the CRLF of DATA is the first one
            int end = bytes.indexOf("\r\n.\r\n", at);
            at = end < 0 ? bytes.length() : end + 5;
            return end >= 0 && goesOn(next());
        }
        while (reply.startsWith("334")) {
            boolean mayAnswer = line.toUpperCase(Locale.ROOT).startsWith("AUTH") && line.length() <= LONGEST_AUTH;
            if (!mayAnswer) {
                throw new AssertionError("a challenge to " + line);
            }
            if (line() == null) {
                return false;
            }
            reply = next();
        }
        return goesOn(reply);
    }

    private boolean chunk(String line, String... words) {
        boolean bad = line.indexOf('\0') >= 0 || line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0;
        boolean isNumber =
                words.length > 1 && words[1].matches("[0-9]+") && new BigInteger(words[1]).compareTo(MOST_BYTES) <= 0;
        if (bad || !isNumber) {
            return withoutSize();
        }
        long size = Long.parseLong(words[1]);
        long swallowed = Math.min(size, 4 * limits.messageBytes());
        if (bytes.length() - at < swallowed) {
            return false;
        }
        at += (int) swallowed;
        String reply = next();
        if (size > swallowed && !reply.startsWith("421")) {
            throw new AssertionError("a chunk far too large is answered " + reply);
        }
        return goesOn(reply);
    }

    private boolean withoutSize() {
        String reply = next();
        if (!reply.startsWith("501") && !reply.startsWith("421")) {
            throw new AssertionError("a chunk without a size is answered " + reply);
        }
        return false; // nobody can tell where the next command begins
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
        if (paid == replies.size()) {
            throw new AssertionError("no reply for what ends at octet " + at + ": " + replies);
        }
        return replies.get(paid++);
    }

    private static boolean goesOn(String reply) {
        return !reply.startsWith("221") && !reply.startsWith("421");
    }
}
