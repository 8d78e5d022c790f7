// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/**
 * An enhanced status code, {@code class.subject.detail} (RFC 3463 §2).
 *
 * @param classOf 2 success, 4 a failure that may pass, 5 a failure that stays
 * @param subject 0 to 999: what it is about
 * @param detail 0 to 999
 */
public record EnhancedStatus(int classOf, int subject, int detail) {
    private static final int MOST = 999;

    public EnhancedStatus {
        if (classOf != 2 && classOf != 4 && classOf != 5) {
            throw new IllegalArgumentException("the class of a status is 2, 4 or 5, not " + classOf);
        }
        if (subject < 0 || subject > MOST || detail < 0 || detail > MOST) {
            throw new IllegalArgumentException("no status: " + classOf + "." + subject + "." + detail);
        }
    }

    /**
     * Reads {@code 2.1.5}; IllegalArgumentException where the text is no status. What is read prints as it was: no
     * leading zeros.
     */
    public static EnhancedStatus parse(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first > 0 && second > 0) {
            // by hand: a regular expression for each constant reply is 10 ms of a server's start
            var status = new EnhancedStatus(
                    Integer.parseInt(text, 0, first, 10),
                    Integer.parseInt(text, first + 1, second, 10),
                    Integer.parseInt(text, second + 1, text.length(), 10));
            if (status.toString().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("no status: " + text);
    }

    @Override
    public String toString() {
        return classOf + "." + subject + "." + detail;
    }
}
