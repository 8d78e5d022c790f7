// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dialogue as a text file. Lines that begin with {@code #} explain. Of the others:
 *
 * <pre>
 * SET limit value            a limit of the server: message, recipients, errors, command (octets)
 * C: text                    the client sends the text and CRLF
 * C\ text                    the client sends these octets alone; \r \n \t \0 \\ \xHH are escapes
 * C* 100 text                the client sends so many lines; %d in them is the number, from 1
 * C END                      the client finishes sending (half-close)
 * S: pattern                 the server answers the line just sent with a line; * stands for anything
 * S* 100 pattern             so many such lines
 * S END                      the server closes
 * MESSAGE                    a message is in the spool (in this order; no other ones are), of which
 * M: Key: value              the envelope has this line
 * M\ text                    the octets are these, all such lines joined
 * NO MESSAGE                 nothing is in the spool
 * </pre>
 *
 * Each {@code S:} stands behind the octets that call for it, whatever the delivery: several lines of a client may leave in one
 * segment, the answers are owed in the same order.
 */
final class Transcript {
    /** Octets of the client, and the lines that the server owes once they have come. */
    static final class Step {
        final byte[] octets;
        final List<String> owed = new ArrayList<>();
        boolean clientEnds;
        boolean serverEnds;

        Step(byte[] octets) {
            this.octets = octets;
        }
    }

    /** What must be in the spool. */
    static final class Expected {
        final List<String> envelope = new ArrayList<>();
        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        boolean octetsMatter;
    }

    final List<Step> steps = new ArrayList<>();
    final List<Expected> messages = new ArrayList<>();
    boolean spoolMatters;
    Limits limits = Limits.SINK;

    static Transcript read(Path file) throws IOException {
        var transcript = new Transcript();
        transcript.steps.add(new Step(new byte[0])); // the banner is owed for nothing
        int number = 0;
        for (String line : Files.readAllLines(file, UTF_8)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                transcript.add(line);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ":" + number + ": " + line, e);
            }
        }
        return transcript;
    }

    private void add(String line) {
        if (line.equals("C END")) {
            var step = new Step(new byte[0]);
            step.clientEnds = true;
            steps.add(step);
        } else if (line.equals("S END")) {
            last().serverEnds = true;
        } else if (line.equals("MESSAGE")) {
            spoolMatters = true;
            messages.add(new Expected());
        } else if (line.equals("NO MESSAGE")) {
            spoolMatters = true;
        } else if (line.startsWith("C* ")) {
            String[] parts = line.split(" ", 3);
            for (int i = 1; i <= Integer.parseInt(parts[1]); i++) {
                steps.add(new Step((parts[2].replace("%d", String.valueOf(i)) + "\r\n").getBytes(UTF_8)));
            }
        } else if (line.startsWith("S* ")) {
            addRepeated(line.split(" ", 3));
        } else if (line.startsWith("SET ")) {
            set(line.split(" ", 3));
        } else {
            addText(line.substring(0, 2), line.length() > 3 ? line.substring(3) : "");
        }
    }

    /** The answers belong one each to the last steps. */
    private void addRepeated(String[] parts) {
        int times = Integer.parseInt(parts[1]);
        for (Step step : steps.subList(steps.size() - times, steps.size())) {
            step.owed.add(parts[2]);
        }
    }

    private void addText(String kind, String text) {
        switch (kind) {
            case "C:" -> steps.add(new Step((text + "\r\n").getBytes(UTF_8)));
            case "C\\" -> steps.add(new Step(unescape(text)));
            case "S:" -> last().owed.add(text);
            case "M:" -> messages.get(messages.size() - 1).envelope.add(text);
            case "M\\" -> {
                Expected message = messages.get(messages.size() - 1);
                message.octetsMatter = true;
                message.octets.writeBytes(unescape(text));
            }
            default -> throw new IllegalArgumentException("what is " + kind + "?");
        }
    }

    private void set(String[] parts) {
        int value = Integer.parseInt(parts[2]);
        limits = switch (parts[1]) {
            case "message" -> limits.withMessageOctets(value);
            case "recipients" -> limits.withRecipients(value);
            case "errors" ->
                new Limits(
                        limits.messageOctets(),
                        limits.recipients(),
                        value,
                        limits.connections(),
                        limits.commandOctets(),
                        limits.idle(),
                        limits.data(),
                        limits.commit());
            default -> throw new IllegalArgumentException("no limit " + parts[1]);
        };
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    private static final Pattern ESCAPE = Pattern.compile("\\\\(x\\p{XDigit}{2}|.)");

    /** The text's octets in UTF-8; what is escaped is one octet each. */
    static byte[] unescape(String text) {
        var octets = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int plainFrom = 0;
        while (escape.find()) {
            octets.writeBytes(text.substring(plainFrom, escape.start()).getBytes(UTF_8));
            octets.write(meaning(escape.group(1)));
            plainFrom = escape.end();
        }
        octets.writeBytes(text.substring(plainFrom).getBytes(UTF_8));
        return octets.toByteArray();
    }

    private static int meaning(String escape) {
        return switch (escape.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\' -> '\\';
            case 'x' -> Integer.parseInt(escape.substring(1), 16);
            default -> throw new IllegalArgumentException("unknown escape \\" + escape);
        };
    }
}
