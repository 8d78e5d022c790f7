// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that refuses at random, keeps its state as RFC 5321 requires, and records what a client does wrong. */
final class RandomServer {
    private static final Pattern RCPT = Pattern.compile("RCPT TO:<(.*)@b.example>");
    private static final Pattern BDAT = Pattern.compile("BDAT (\\d+) LAST");

    final List<String> accepted = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    private final Random random;
    private final boolean lockStep;
    private final StringBuilder replies = new StringBuilder();
    private final List<String> recipients = new ArrayList<>();
    private boolean mail;
    private boolean inData;

    RandomServer(Random random, boolean lockStep) {
        this.random = random;
        this.lockStep = lockStep;
    }

    /** Handles every complete item of the text, and returns the length handled. */
    int receive(String text) {
        int at = 0;
        while (true) {
            String end = inData ? ".\r\n" : "\r\n";
            int to = inData ? endOfMessage(text, at) : text.indexOf(end, at);
            if (to < 0) {
                return at;
            }
            String item = text.substring(at, to);
            int next = to + end.length();
            Matcher chunk = BDAT.matcher(item);
            if (inData) {
                message(item);
            } else if (chunk.matches()) {
                int length = Integer.parseInt(chunk.group(1));
                if (text.length() < next + length) {
                    return at;
                }
                chunk(text.substring(next, next + length));
                next += length;
            } else {
                command(item);
            }
            at = next;
            if (lockStep && at < text.length()) {
                complaints.add("did not wait: " + text.substring(at));
            }
        }
    }

    private static int endOfMessage(String text, int from) {
        if (text.startsWith(".\r\n", from)) {
            return from;
        }
        int end = text.indexOf("\r\n.\r\n", from);
        return end < 0 ? -1 : end + 2;
    }

    String takeReplies() {
        String text = replies.toString();
        replies.setLength(0);
        return text;
    }

    private void command(String line) {
        Matcher rcpt = RCPT.matcher(line);
        if (line.equals("RSET")) {
            reset();
            replies.append("250 reset\r\n");
        } else if (line.startsWith("MAIL")) {
            if (mail) {
                complaints.add("MAIL within a transaction");
            }
            mail = reply("250", 10);
        } else if (rcpt.matches()) {
            if (!mail) {
                replies.append("503 no MAIL\r\n");
            } else if (reply(random.nextBoolean() ? "250" : "251", 3)) {
                recipients.add(rcpt.group(1));
            }
        } else if (line.equals("DATA")) {
            data();
        } else if (line.equals("QUIT")) {
            replies.append("221 bye\r\n");
        } else {
            complaints.add("unknown command: " + line);
            replies.append("500 what?\r\n");
        }
    }

    private void data() {
        boolean accepts =
                !recipients.isEmpty() || (mail && random.nextBoolean()); // RFC 2920 §3.1 warns of such servers
        if (!accepts) {
            replies.append(mail ? "554 for nobody\r\n" : "503 no MAIL\r\n");
        } else if (recipients.isEmpty() || random.nextInt(6) > 0) {
            inData = true;
            replies.append("354 go\r\n");
        } else {
            replies.append("451 not now\r\n");
        }
    }

    private void message(String text) {
        inData = false;
        boolean noRecipients = recipients.isEmpty();
        if (noRecipients != text.isEmpty()) {
            complaints.add("recipients " + recipients + " got <" + text + ">");
        }
        if (noRecipients) {
            replies.append(random.nextBoolean() ? "554 for nobody\r\n" : "250 odd\r\n");
        } else if (reply("250", 6)) {
            accepted.addAll(recipients);
        }
        reset();
    }

    private void chunk(String bytes) {
        if (!bytes.matches("message \\d\r\n..\r\n")) {
            complaints.add("unexpected chunk <" + bytes + ">");
        }
        if (recipients.isEmpty()) {
            replies.append("503 for nobody\r\n"); // the transaction remains open
        } else if (reply("250", 6)) {
            accepted.addAll(recipients);
            reset();
        }
    }

    private void reset() {
        mail = false;
        recipients.clear();
    }

    /**
     * Sends a reply: a refusal once in {@code oneIn} times on average, else this code. Returns whether it is the code.
     */
    private boolean reply(String code, int oneIn) {
        boolean refused = random.nextInt(oneIn) == 0;
        String sent = refused ? random.nextBoolean() ? "450" : "550" : code;
        for (int more = random.nextInt(3); more > 0; more--) {
            replies.append(sent).append("-more to come\r\n");
        }
        replies.append(sent).append(random.nextBoolean() ? " text\r\n" : "\r\n");
        return !refused;
    }
}
