// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import java.util.Map;

/** Makes the {@code Key: value} text of STATE and DONE records. */
public final class RecordText {
    public static final String NAMESPACE = "Namespace";
    static final String REASON = "Reason";

    private RecordText() {}

    public static Envelope state(String namespace, Map<String, String> values) {
        var text = new StringBuilder();
        add(text, NAMESPACE, namespace);
        values.forEach((key, value) -> add(text, key, value));
        return envelope(text);
    }

    public static Envelope reason(String reason) {
        var text = new StringBuilder();
        add(text, REASON, reason);
        return envelope(text);
    }

    private static void add(StringBuilder text, String key, String value) {
        if (key.isEmpty() || key.indexOf(':') >= 0 || hasLineEnd(key) || hasLineEnd(value)) {
            throw new IllegalArgumentException("not a line of Key: value: '" + key + "'");
        }
        text.append(key).append(": ").append(value).append('\n');
    }

    /** Every character that {@link String#lines} and {@code less} take for the end of a line. */
    private static boolean hasLineEnd(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    private static Envelope envelope(StringBuilder text) {
        byte[] bytes = text.toString().getBytes(UTF_8);
        return Envelope.of(bytes, bytes.length);
    }
}
