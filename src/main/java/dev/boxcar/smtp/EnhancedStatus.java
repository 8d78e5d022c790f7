// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.util.regex.Pattern;

/**
 * An enhanced status code, {@code class.subject.detail} (RFC 3463 §2).
 *
 * @param classOf 2 success, 4 a failure that may pass, 5 a failure that stays
 * @param subject 0 to 999: what it is about
 * @param detail 0 to 999
 */
public record EnhancedStatus(int classOf, int subject, int detail) {
    /** No leading zeros, so that what is parsed prints as it was. */
    private static final Pattern FORM = Pattern.compile("([245])\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})");

    private static final int MOST = 999;

    public EnhancedStatus {
        if (classOf != 2 && classOf != 4 && classOf != 5) {
            throw new IllegalArgumentException("the class of a status is 2, 4 or 5, not " + classOf);
        }
        if (subject < 0 || subject > MOST || detail < 0 || detail > MOST) {
            throw new IllegalArgumentException("no status: " + classOf + "." + subject + "." + detail);
        }
    }

    /** Reads {@code 2.1.5}; IllegalArgumentException where the text is no status. */
    public static EnhancedStatus parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no status: " + text);
        }
        return new EnhancedStatus(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    @Override
    public String toString() {
        return classOf + "." + subject + "." + detail;
    }
}
