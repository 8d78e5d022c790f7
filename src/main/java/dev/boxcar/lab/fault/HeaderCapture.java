// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The header of a message that is coming in, at most 64 KiB of it. Confined to the session's loop. */
final class HeaderCapture {
    private static final int MAX_BYTES = 64 * 1024;
    private static final String END = "\r\n\r\n";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean complete;

    /** Takes bytes of the message as they were sent. */
    void take(byte[] source, int from, int to) {
        if (complete) {
            return;
        }
        int before = bytes.size();
        bytes.write(source, from, Math.min(to - from, MAX_BYTES - before));
        complete = bytes.size() == MAX_BYTES || text().indexOf(END, Math.max(0, before - END.length())) >= 0;
    }

    /** The next message begins. */
    void reset() {
        bytes.reset();
        complete = false;
    }

    private String text() {
        return bytes.toString(UTF_8);
    }

    /** The fields, each unfolded (RFC 5322 §2.2.3). A line that is not a field is left out. */
    List<SessionEvent.HeaderField> fields() {
        List<SessionEvent.HeaderField> fields = new ArrayList<>();
        for (String line : head().replaceAll("\r\n([ \t])", "$1").split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).strip();
                fields.add(new SessionEvent.HeaderField(
                        name, line.substring(colon + 1).strip()));
            }
        }
        return fields;
    }

    private String head() {
        String text = text();
        if (text.startsWith("\r\n")) {
            return ""; // no header
        }
        int end = text.indexOf(END);
        return end < 0 ? text : text.substring(0, end);
    }
}
