// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

/** What comes before the banner where that may not be: its first byte ends the session. Confined to the loop thread. */
record EarlyInput(Answers answers) implements Input {
    @Override
    public void collect(byte[] bytes, int from, int to) {
        answers.giveLast(Replies.TALKED_EARLY);
    }

    @Override
    public void found() {
        // nothing ends what has no terminator
    }

    @Override
    public boolean isMessage() {
        return false;
    }
}
