// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

/**
 * A recipient that is not settled, with the latest result.
 *
 * @param index the recipient's index in the envelope
 * @param status the enhanced status of the latest result (RFC 3463), such as {@code 4.2.0}; empty before the first
 * @param reply the latest reply of a server, or another reason, in one line of at most {@link #MAX_REPLY} characters
 */
public record RecipientState(int index, String status, String reply) {
    /** The maximum length of a stored reply. */
    public static final int MAX_REPLY = 200;

    private static final int MAX_STATUS = 11;

    public RecipientState {
        if (index < 0) {
            throw new IllegalArgumentException("invalid index of a recipient: " + index);
        }
        if (status.length() > MAX_STATUS || !status.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            throw new IllegalArgumentException("invalid status of a recipient: " + status);
        }
        reply = oneLine(reply);
    }

    /** A recipient before the first attempt. */
    public static RecipientState untried(int index) {
        return new RecipientState(index, "", "");
    }

    /**
     * Whether nothing is left but to tell the sender: the recipient was delivered or refused, and the report has to
     * wait.
     */
    public boolean isToBeReported() {
        return status.startsWith("2.") || status.startsWith("5.");
    }

    /** The text without control characters, and cut if it is too long. */
    static String oneLine(String text) {
        var line = new StringBuilder(Math.min(text.length(), MAX_REPLY));
        text.codePoints()
                .limit(MAX_REPLY)
                .forEach(c -> line.appendCodePoint(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c));
        return line.toString().strip();
    }
}
