// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import java.util.regex.Pattern;

/**
 * Looks for the header field {@code TLS-Required: no} (RFC 8689 §3) as the bytes of a message come in. Confined to one
 * thread.
 */
final class TlsRequiredScan {
    private static final int MAX_LINE = 80;
    private static final Pattern NO =
            Pattern.compile("tls-required[ \t]*:[ \t]*no[ \t]*(?:\\(.*)?", Pattern.CASE_INSENSITIVE);

    /** The start of the current line; its length is 0 once the line cannot be the field. */
    private final StringBuilder line = new StringBuilder();

    private boolean lineIsEmpty = true;
    private boolean mayMatch = true;
    private boolean headerEnded;
    private boolean found;

    /** Reads the next bytes. */
    void add(byte[] bytes, int from, int to) {
        for (int i = from; i < to && !headerEnded; i++) {
            add(bytes[i]);
        }
    }

    private void add(byte b) {
        if (b == '\n') {
            endOfLine();
        } else if (b != '\r') {
            mayMatch &= !lineIsEmpty || b == 't' || b == 'T';
            lineIsEmpty = false;
            if (mayMatch && line.length() < MAX_LINE) {
                line.append((char) b);
            }
        }
    }

    private void endOfLine() {
        headerEnded = lineIsEmpty;
        found |= mayMatch && NO.matcher(line).matches();
        line.setLength(0);
        lineIsEmpty = true;
        mayMatch = true;
    }

    /** Whether the field was found so far. */
    boolean isNo() {
        return found;
    }
}
