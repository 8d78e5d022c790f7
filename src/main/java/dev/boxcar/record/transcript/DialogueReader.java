// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.record.transcript.Dialogue.Expected;
import dev.boxcar.record.transcript.Dialogue.Kind;
import dev.boxcar.record.transcript.Dialogue.Move;
import dev.boxcar.unit.DurationParser;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a transcript for a client that plays it against any server. Lines that set up the test server, or say what it
 * must store, are ignored. Without SEGMENT lines, each line that is sent is a segment and its replies are waited for.
 */
public final class DialogueReader {
    private static final int MAX_REPETITIONS = 1_000_000;
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    /** A move that is being read. */
    private static final class Draft {
        final Kind kind;
        int line;
        int owed;
        Duration after = Duration.ZERO;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<Expected> expected = new ArrayList<>();

        Draft(Kind kind, int line) {
            this.kind = kind;
            this.line = line;
        }

        boolean isEmpty() {
            return kind == Kind.SEGMENT && bytes.size() == 0 && expected.isEmpty();
        }

        Move build() {
            return new Move(kind, line, owed, after, bytes.toByteArray(), expected);
        }
    }

    private final boolean hasSegments;
    private final List<Draft> drafts = new ArrayList<>();
    /** The move of each line that is sent. */
    private final List<Draft> sent = new ArrayList<>();

    private boolean insideTls;
    private boolean serverEnds;
    private long sentBytes;
    private int number = 1;

    private DialogueReader(boolean hasSegments) {
        this.hasSegments = hasSegments;
        begin(Kind.SEGMENT); // the banner comes before the client sends anything
    }

    /**
     * Reads a transcript.
     *
     * @throws IllegalArgumentException with a message for the user, which begins with the number of the line
     */
    public static Dialogue read(String transcript) {
        List<String> lines = transcript.lines().toList();
        var reader =
                new DialogueReader(lines.stream().anyMatch(line -> word(line, 0).equals("SEGMENT")));
        for (String line : lines) {
            try {
                reader.add(line);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(reader.number + ": " + e.getMessage(), e);
            }
            reader.number++;
        }
        if (reader.drafts.stream().allMatch(Draft::isEmpty)) {
            throw new IllegalArgumentException("1: the transcript has no commands and no replies");
        }
        List<Draft> banner = reader.drafts.subList(0, 1);
        Stream<Draft> others = reader.drafts.stream().skip(1).filter(draft -> !draft.isEmpty());
        return new Dialogue(
                Stream.concat(banner.stream(), others).map(Draft::build).toList(), reader.insideTls, reader.serverEnds);
    }

    private void add(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        String directive = word(line, 0);
        switch (directive) {
            case "SEGMENT" -> segment(line);
            case "C:", "C\\", "C#", "C##" -> send(directive, rest(line, 1));
            case "C*", "C\\*" -> sendRepeatedly(directive, repetitions(line), rest(line, 2));
            case "S:" -> last().expected.add(new Expected(number, rest(line, 1), false));
            case "S+" -> last().expected.add(new Expected(number, rest(line, 1) + "*", true));
            case "S*" -> expectRepeatedly(repetitions(line), rest(line, 2));
            case "C" -> event(line, "C END", Kind.HALF_CLOSE);
            case "S" -> end(line);
            case "TLS" -> tls(line);
            case "INSIDE" -> insideTls = true;
            case "SINK" -> sink(word(line, 1));
            case "OFFER", "AUTH", "LISTENER", "SET", "MESSAGE", "NO", "M:", "M!", "M\\", "M\\*" -> {}
            default -> throw new IllegalArgumentException("unknown directive " + directive);
        }
    }

    private void segment(String line) {
        Draft segment = begin(Kind.SEGMENT);
        for (int i = 1; !word(line, i).isEmpty(); i++) {
            String word = word(line, i);
            if (word.startsWith("owed=")) {
                segment.owed = count(word.substring(5));
            } else if (word.startsWith("after=")) {
                segment.after = DurationParser.parse(word.substring(6));
            } else {
                throw new IllegalArgumentException("invalid SEGMENT '" + word + "': expected owed=N or after=DURATION");
            }
        }
    }

    private void send(String directive, String text) {
        switch (directive) {
            case "C:" -> send((text + "\r\n").getBytes(UTF_8));
            case "C\\" -> send(TranscriptBytes.unescape(text));
            default -> {
                byte[] chunk = TranscriptBytes.unescape(text);
                send("C:", "BDAT " + chunk.length + (directive.equals("C##") ? " LAST" : ""));
                send(chunk);
            }
        }
    }

    private void send(byte[] more) {
        sentBytes += more.length;
        if (sentBytes > MAX_BYTES) {
            throw new IllegalArgumentException("the transcript sends more than " + MAX_BYTES + " bytes");
        }
        boolean joins = hasSegments && last().kind == Kind.SEGMENT && drafts.size() > 1;
        Draft draft = joins ? last() : begin(Kind.SEGMENT);
        if (draft.bytes.size() == 0) {
            draft.line = number;
        }
        draft.bytes.writeBytes(more);
        sent.add(draft);
    }

    private void sendRepeatedly(String directive, int times, String text) {
        if ((long) times * text.length() > MAX_BYTES) {
            throw new IllegalArgumentException("the transcript sends more than " + MAX_BYTES + " bytes");
        }
        if (directive.equals("C\\*")) {
            send(TranscriptBytes.unescape(text.repeat(times)));
            return;
        }
        for (int i = 1; i <= times; i++) {
            send("C:", text.replace("%d", String.valueOf(i)));
        }
    }

    /** One reply to each of the last lines that were sent. */
    private void expectRepeatedly(int times, String pattern) {
        if (times > sent.size()) {
            throw new IllegalArgumentException("fewer than " + times + " lines were sent");
        }
        for (Draft draft : sent.subList(sent.size() - times, sent.size())) {
            draft.expected.add(new Expected(number, pattern, false));
        }
    }

    private void end(String line) {
        if (!line.strip().equals("S END")) {
            throw new IllegalArgumentException("unknown directive " + line.strip());
        }
        serverEnds = true;
    }

    private void event(String line, String complete, Kind kind) {
        if (!line.strip().equals(complete)) {
            throw new IllegalArgumentException("unknown directive " + line.strip());
        }
        begin(kind);
    }

    private Draft begin(Kind kind) {
        var draft = new Draft(kind, number);
        drafts.add(draft);
        return draft;
    }

    private Draft last() {
        return drafts.get(drafts.size() - 1);
    }

    private void tls(String line) {
        switch (word(line, 1)) {
            case "" -> event(line, "TLS", Kind.HANDSHAKE);
            case "OFFERED", "REQUIRED" -> {}
            default -> throw controlsTheServer("TLS " + word(line, 1));
        }
    }

    private static void sink(String what) {
        if (!what.equals("ADMITS") && !what.equals("REPORTS")) {
            throw controlsTheServer("SINK " + what);
        }
    }

    private static IllegalArgumentException controlsTheServer(String directive) {
        return new IllegalArgumentException(directive
                + " controls the server of the project's tests; a replay against another server cannot do that");
    }

    private static int repetitions(String line) {
        return count(word(line, 1));
    }

    private static int count(String text) {
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MAX_REPETITIONS) {
            throw new IllegalArgumentException("invalid number '" + text + "': must be 0 to " + MAX_REPETITIONS);
        }
        return Integer.parseInt(text);
    }

    /** A word of a line, or an empty text if it has fewer words. */
    private static String word(String line, int index) {
        String[] words = line.split(" ", -1);
        return index < words.length ? words[index] : "";
    }

    /** The line after that many words. */
    private static String rest(String line, int words) {
        int from = 0;
        for (int i = 0; i < words; i++) {
            int space = line.indexOf(' ', from);
            from = space < 0 ? line.length() : space + 1;
        }
        return line.substring(from);
    }
}
