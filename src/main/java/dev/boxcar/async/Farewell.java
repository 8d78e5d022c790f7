// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a conversation is to end once everything queued was sent. Confined to the loop thread. */
final class Farewell {
    private enum Ending {
        NONE,
        HALF_CLOSE,
        HALF_CLOSED,
        CLOSE
    }

    private Ending ending = Ending.NONE;
    private @Nullable Lingering lingering;

    void wantHalfClose() {
        if (ending == Ending.NONE) {
            ending = Ending.HALF_CLOSE;
        }
    }

    void wantClose() {
        ending = Ending.CLOSE;
    }

    /** Whether nothing more may be said. */
    boolean isWanted() {
        return ending != Ending.NONE;
    }

    boolean isClosing() {
        return ending == Ending.CLOSE;
    }

    /** Everything was sent, and we wait for the peer to end. */
    boolean isLingering() {
        return lingering != null;
    }

    void swallow(int bytes) {
        if (lingering != null) {
            lingering.swallow(bytes);
        }
    }

    /** Everything queued was sent: ends what is to end. */
    void settle(AsyncChat chat, boolean inputWaits) throws IOException {
        if (ending == Ending.HALF_CLOSE) {
            chat.transport().shutdownOutput();
            ending = Ending.HALF_CLOSED;
        }
        if (ending == Ending.HALF_CLOSED && chat.hasEnded() && !inputWaits) {
            chat.close(); // both directions have ended
        } else if (ending == Ending.CLOSE && lingering == null) {
            close(chat);
        }
    }

    /**
     * A close with input unread, or before more of it comes, resets the connection, and what is still on its way to the
     * peer is lost with it: so the peer ends first, if it does so in a while.
     */
    private void close(AsyncChat chat) throws IOException {
        int unread = chat.hasEnded() ? 0 : chat.receiveUnread();
        if (chat.isClosed()) {
            return; // what was unread was its end
        }
        if (!chat.hasEnded()) {
            chat.transport().shutdownOutput();
            lingering = new Lingering(chat, unread);
        } else {
            chat.close();
        }
    }

    /** The channel is closed. */
    void end() {
        if (lingering != null) {
            lingering.end();
        }
    }
}
