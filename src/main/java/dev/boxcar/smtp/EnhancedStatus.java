// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/**
 * An enhanced status code, {@code class.subject.detail} (RFC 3463 §2).
 *
 * @param classOf 2 for success, 4 for a transient failure, 5 for a permanent failure
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int classOf, int subject, int detail) {
    private static final int MAX = 999;

    public EnhancedStatus {
        if (classOf != 2 && classOf != 4 && classOf != 5) {
            throw new IllegalArgumentException("the class of an enhanced status must be 2, 4 or 5, not " + classOf);
        }
        if (subject < 0 || subject > MAX || detail < 0 || detail > MAX) {
            throw new IllegalArgumentException("invalid enhanced status: " + classOf + "." + subject + "." + detail);
        }
    }

    /**
     * Parses a text such as {@code 2.1.5}, without leading zeros.
     *
     * @throws IllegalArgumentException if the text is not an enhanced status
     */
    public static EnhancedStatus parse(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first > 0 && second > 0) {
            // parsed by hand: a regular expression for the constant replies would add 10 ms to the server's start
            var status = new EnhancedStatus(
                    Integer.parseInt(text, 0, first, 10),
                    Integer.parseInt(text, first + 1, second, 10),
                    Integer.parseInt(text, second + 1, text.length(), 10));
            if (status.toString().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("invalid enhanced status: " + text);
    }

    @Override
    public String toString() {
        return classOf + "." + subject + "." + detail;
    }
}
