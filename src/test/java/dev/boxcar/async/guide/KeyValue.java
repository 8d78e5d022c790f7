// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores values by name: {@code GET name}, {@code DEL name}, {@code QUIT}, and {@code SET name length}, followed by the
 * bytes of the value.
 */
final class KeyValue extends AsyncChat {
    private static final Terminator CRLF = Terminator.of((byte) '\r', (byte) '\n');
    private static final int MAX_LINE_BYTES = 200;
    private static final int MAX_VALUE_BYTES = 1024 * 1024;

    private final Map<String, byte[]> values;
    private final Collector item = new Collector();
    private String name = ""; // the name of the value that is being received; empty while commands are

    /** All channels of a loop can share one map, because they run one after another. */
    KeyValue(EventLoop loop, Map<String, byte[]> values) {
        super(loop);
        this.values = values;
        setTerminator(CRLF);
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        item.collect(bytes, from, to, name.isEmpty() ? MAX_LINE_BYTES : MAX_VALUE_BYTES);
    }

    @Override
    protected void inputReleased() {
        item.keep();
    }

    @Override
    protected void foundTerminator() {
        byte[] bytes = Arrays.copyOfRange(item.bytes(), item.from(), item.to());
        boolean tooLong = item.overflowed();
        item.clear();
        if (!name.isEmpty()) {
            values.put(name, bytes);
            name = "";
            setTerminator(CRLF);
            reply("OK");
        } else if (tooLong) {
            reply("ERROR line too long");
        } else {
            command(new String(bytes, US_ASCII).split(" ", -1));
        }
    }

    private void command(String[] words) {
        switch (words[0] + " " + (words.length - 1)) {
            case "GET 1" -> get(values.get(words[1]));
            case "DEL 1" -> reply(values.remove(words[1]) == null ? "NONE" : "OK");
            case "SET 2" -> set(words[1], words[2]);
            case "QUIT 0" -> {
                reply("BYE");
                closeWhenDone();
            }
            default -> reply("ERROR unknown command");
        }
    }

    private void get(byte @Nullable [] value) {
        if (value == null) {
            reply("NONE");
        } else {
            reply("VALUE " + value.length);
            push(value);
        }
    }

    private void set(String wanted, String length) {
        if (wanted.isEmpty() || !length.matches("[0-9]{1,7}") || Integer.parseInt(length) > MAX_VALUE_BYTES) {
            reply("ERROR bad name or length");
            closeWhenDone(); // the next bytes are a value, not commands
        } else {
            name = wanted;
            setTerminator(Terminator.count(Integer.parseInt(length)));
        }
    }

    private void reply(String line) {
        push((line + "\r\n").getBytes(US_ASCII));
    }
}
