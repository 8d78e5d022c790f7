// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.api.PublicApi;

/**
 * Something in the input that a rule of SMTP forbids or restricts. Each kind is recorded once per command or message,
 * where it first occurs.
 *
 * @param offset the offset in the input of the byte that shows it
 * @param atMicros when it was noticed
 */
@PublicApi
public record Irregularity(Kind kind, long offset, long atMicros) {

    /** What the input contains. */
    public enum Kind {
        /** An LF that does not follow a CR. */
        BARE_LF,
        /** A CR that no LF follows. */
        BARE_CR,
        /** A dot alone between an LF that does not follow a CR, and CRLF. */
        DOT_AFTER_BARE_LF,
        /** A command line whose command is longer than 512 bytes, CRLF included and extension parameters left out. */
        LONG_COMMAND,
        /** A line among the commands that is a dot alone, or has the form of a header field. */
        MESSAGE_TEXT,
        /** A text line of more than 1,000 bytes, CRLF included and a stuffed dot left out. */
        LONG_TEXT_LINE,
        /** A byte above 127 in a command or in the body of a message. */
        EIGHT_BIT,
        /** A byte above 127 in the header of a message. */
        EIGHT_BIT_HEADER,
        /** A line that begins with one dot and then has another byte. */
        SINGLE_DOT,
        /** A line that begins with two dots. */
        DOUBLE_DOT
    }
}
