// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;

/**
 * The input of a client that must wait for the banner: its first byte before the banner ends the session. Confined to
 * the loop thread.
 */
record EarlyTalkInput(ReplyQueue replies) implements InputHandler {
    @Override
    public void collect(byte[] bytes, int from, int to) {
        replies.giveLast(Replies.TALKED_EARLY);
    }

    @Override
    public void found() {
        // never called: this input has no terminator
    }

    @Override
    public boolean isMessage() {
        return false;
    }
}
