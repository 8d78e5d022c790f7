// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that refuses at random, keeps its state as RFC 5321 says, and notes what a client ought not to do. */
final class MixedServer {
    private static final Pattern RCPT = Pattern.compile("RCPT TO:<(.*)@b.example>");
    private static final Pattern BDAT = Pattern.compile("BDAT (\\d+) LAST");

    final List<String> taken = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    private final Random random;
    private final boolean lockStep;
    private final StringBuilder answers = new StringBuilder();
    private final List<String> recipients = new ArrayList<>();
    private boolean mail;
    private boolean inData;

    MixedServer(Random random, boolean lockStep) {
        this.random = random;
        this.lockStep = lockStep;
    }

    /** Takes what is complete of the text, and tells how much that was. */
    int hear(String text) {
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
                complaints.add("ran ahead: " + text.substring(at));
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

    String takeAnswers() {
        String said = answers.toString();
        answers.setLength(0);
        return said;
    }

    private void command(String line) {
        Matcher rcpt = RCPT.matcher(line);
        if (line.equals("RSET")) {
            reset();
            answers.append("250 reset\r\n");
        } else if (line.startsWith("MAIL")) {
            if (mail) {
                complaints.add("MAIL within a transaction");
            }
            mail = answer("250", 10);
        } else if (rcpt.matches()) {
            if (!mail) {
                answers.append("503 no MAIL\r\n");
            } else if (answer(random.nextBoolean() ? "250" : "251", 3)) {
                recipients.add(rcpt.group(1));
            }
        } else if (line.equals("DATA")) {
            data();
        } else if (line.equals("QUIT")) {
            answers.append("221 bye\r\n");
        } else {
            complaints.add("not understood: " + line);
            answers.append("500 what?\r\n");
        }
    }

    private void data() {
        boolean goesOn = !recipients.isEmpty() || (mail && random.nextBoolean()); // RFC 2920 §3.1 warns of such servers
        if (!goesOn) {
            answers.append(mail ? "554 for nobody\r\n" : "503 no MAIL\r\n");
        } else if (recipients.isEmpty() || random.nextInt(6) > 0) {
            inData = true;
            answers.append("354 go\r\n");
        } else {
            answers.append("451 not now\r\n");
        }
    }

    private void message(String text) {
        inData = false;
        boolean nobody = recipients.isEmpty();
        if (nobody != text.isEmpty()) {
            complaints.add("for " + recipients + " came <" + text + ">");
        }
        if (nobody) {
            answers.append(random.nextBoolean() ? "554 for nobody\r\n" : "250 odd\r\n");
        } else if (answer("250", 6)) {
            taken.addAll(recipients);
        }
        reset();
    }

    private void chunk(String bytes) {
        if (!bytes.matches("message \\d\r\n..\r\n")) {
            complaints.add("a chunk of <" + bytes + ">");
        }
        if (recipients.isEmpty()) {
            answers.append("503 for nobody\r\n"); // and the transaction stays as it is
        } else if (answer("250", 6)) {
            taken.addAll(recipients);
            reset();
        }
    }

    private void reset() {
        mail = false;
        recipients.clear();
    }

    /** Refuses one time in so many. */
    private boolean answer(String code, int oneIn) {
        boolean refused = random.nextInt(oneIn) == 0;
        String said = refused ? random.nextBoolean() ? "450" : "550" : code;
        for (int more = random.nextInt(3); more > 0; more--) {
            answers.append(said).append("-more to come\r\n");
        }
        answers.append(said).append(random.nextBoolean() ? " text\r\n" : "\r\n");
        return !refused;
    }
}
