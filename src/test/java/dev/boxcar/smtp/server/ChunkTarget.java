// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.server.limit.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fuzz target for BDAT: replies and messages must match a simple model, however the input is split. */
public final class ChunkTarget {
    private static final int MAX_MESSAGE_BYTES = 400;
    /** With an error limit that is never reached. */
    private static final Limits LIMITS =
            Limits.DEFAULTS.withMessageBytes(MAX_MESSAGE_BYTES).withErrors(1_000);

    private final byte[] script;
    private int at;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> codes = new ArrayList<>(List.of("220", "250"));
    private final List<byte[]> messages = new ArrayList<>();
    private boolean sender;
    private boolean binary;
    private boolean recipient;
    /** The message received so far; null before its first chunk. */
    private @Nullable ByteArrayOutputStream body;

    private boolean ended;

    private ChunkTarget(byte[] script) {
        this.script = script;
        send("EHLO client.example");
    }

    /**
     * The first byte is the segment length, 0 for a single segment. Each of the others selects the client's next
     * action, which uses the bytes after it.
     */
    public static void fuzzerTestOneInput(byte[] o) throws IOException {
        if (o.length < 2) {
            return;
        }
        var target = new ChunkTarget(Arrays.copyOfRange(o, 1, Math.min(o.length, 600)));
        while (!target.ended && target.at < target.script.length) {
            target.step(target.take());
        }
        target.play(o[0] & 0xFF);
    }

    private void play(int piece) throws IOException {
        var harness = new SessionHarness(LIMITS);
        SessionHarness.Result result = harness.play(bytes.toByteArray(), piece);
        List<String> came =
                result.replies().stream().map(reply -> reply.substring(0, 3)).toList();
        if (!came.equals(codes)) {
            throw new AssertionError("replies " + result.replies() + ", expected " + codes);
        }
        if (harness.bytes().size() != messages.size()) {
            throw new AssertionError(harness.bytes().size() + " messages, expected " + messages.size());
        }
        for (int i = 0; i < messages.size(); i++) {
            if (!Arrays.equals(harness.bytes().get(i), messages.get(i))) {
                throw new AssertionError("bytes of message " + i + " differ");
            }
        }
    }

    private void step(int what) {
        switch (what % 10) {
            case 0, 1 -> chunk(take(), "");
            case 2, 3 -> chunk(take(), " LAST");
            case 4 -> chunk(8 * take(), what < 128 ? "" : " last");
            case 5 -> chunk(take(), " FIRST");
            case 6 -> begin(what >= 128);
            case 7 -> data();
            case 8 -> {
                send("RSET");
                codes.add("250");
                reset();
            }
            default -> broken(what);
        }
    }

    private void begin(boolean isBinary) {
        send("MAIL FROM:<a@example.com>" + (isBinary ? " BODY=BINARYMIME" : ""));
        codes.add(sender ? "503" : "250");
        binary = sender ? binary : isBinary;
        sender = true;
        send("RCPT TO:<b@example.com>");
        codes.add(body == null ? "250" : "503");
        recipient = true;
    }

    private void data() {
        send("DATA");
        boolean starts = sender && recipient && body == null && !binary;
        codes.add(starts ? "354" : "503");
        if (starts) {
            send("one\r\n.");
            codes.add("250");
            messages.add("one\r\n".getBytes(US_ASCII));
            reset();
        }
    }

    private void chunk(int size, String word) {
        send("BDAT " + size + word);
        int discarded = Math.min(size, 4 * MAX_MESSAGE_BYTES);
        byte[] chunk = new byte[discarded];
        for (int i = 0; i < discarded; i++) {
            chunk[i] = at < script.length ? script[at + i % (script.length - at)] : (byte) "\r\n.\r\n".charAt(i % 5);
        }
        at = Math.min(script.length, at + discarded);
        bytes.writeBytes(chunk);
        boolean takes = sender && recipient;
        int before = body == null ? 0 : body.size();
        boolean malformed = word.equals(" FIRST");
        if (size > discarded) {
            codes.add("421");
            ended = true;
        } else if (!takes) {
            codes.add("503");
        } else if (malformed || before + size > MAX_MESSAGE_BYTES) {
            codes.add(malformed ? "501" : "552");
            reset();
        } else {
            codes.add("250");
            body = body == null ? new ByteArrayOutputStream() : body;
            body.writeBytes(chunk);
            if (!word.isEmpty()) {
                messages.add(body.toByteArray());
                reset();
            }
        }
    }

    /** An invalid size ends the session. */
    private void broken(int what) {
        if (what < 200) {
            send("NOOP");
            codes.add("250");
            return;
        }
        send("BDAT "
                + List.of("", "x", "-1", "1x", "9223372036854775808", "+1", "0x1")
                        .get(what % 7) + " LAST");
        codes.add("501");
        send("NOOP");
        ended = true;
    }

    private void reset() {
        sender = false;
        recipient = false;
        binary = false;
        body = null;
    }

    private int take() {
        return at < script.length ? script[at++] & 0xFF : 0;
    }

    private void send(String line) {
        bytes.writeBytes(SessionHarness.ascii(line + "\r\n"));
    }
}
