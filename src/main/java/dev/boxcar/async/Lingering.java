// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/**
 * The end of a connection whose peer goes on sending: what comes is swallowed until the peer ends, a little while has
 * passed or enough was swallowed. Confined to the loop thread.
 */
final class Lingering {
    private static final long BYTES = 1024 * 1024;

    private final AsyncChat chat;
    private final Timer timer;
    private long swallowed;

    Lingering(AsyncChat chat, int bytes) {
        this.chat = chat;
        this.timer = chat.loop().schedule(chat.closeTimeout(), chat::close);
        this.swallowed = bytes;
    }

    void swallow(int bytes) {
        swallowed += bytes;
        if (chat.hasEnded() || swallowed > BYTES) {
            chat.close();
        }
    }

    void end() {
        timer.cancel();
    }
}
