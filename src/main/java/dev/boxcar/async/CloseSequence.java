// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The steps that end a connection after all queued output was sent: a half-close, or a close that first waits for the
 * peer to close its side. If the channel closed while input is unread or still arriving, the system would reset the
 * connection, and output that is still on its way would be lost. So the output is shut down and input is drained until
 * the peer closes its side, the close timeout passes, or the peer has sent too much.
 *
 * <p>Confined to the loop thread.
 */
final class CloseSequence {
    /** The maximum bytes that the peer may send while the connection drains. */
    private static final long MAX_DRAINED_BYTES = 1024 * 1024;

    /** The chat whose connection ends. */
    interface Owner {
        /** Reads and discards input. Returns how many bytes. */
        int discardInput() throws IOException;

        /** How long to wait for the peer to close its side. */
        Duration closeTimeout();
    }

    private enum Step {
        NONE,
        HALF_CLOSE,
        HALF_CLOSED,
        CLOSE,
        CLOSE_AT_ONCE,
        DRAIN
    }

    private Step step = Step.NONE;
    private @Nullable Timer timeout;
    private long drainedBytes;

    void requestHalfClose() {
        if (step == Step.NONE) {
            step = Step.HALF_CLOSE;
        }
    }

    void requestClose() {
        if (step != Step.DRAIN) {
            step = Step.CLOSE;
        }
    }

    /** Requests a close that does not wait for the peer, unless one that does was requested before. */
    void requestCloseAtOnce() {
        if (!isClosing()) {
            step = Step.CLOSE_AT_ONCE;
        }
    }

    /** Whether no more output may be queued. */
    boolean isRequested() {
        return step != Step.NONE;
    }

    boolean isClosing() {
        return step == Step.CLOSE || step == Step.CLOSE_AT_ONCE || step == Step.DRAIN;
    }

    /** Whether everything was sent and the connection waits for the peer to close its side. */
    boolean isDraining() {
        return step == Step.DRAIN;
    }

    /** Counts input that was read while draining; closes when the peer has finished sending or has sent too much. */
    void drained(Dispatcher channel, int bytes) {
        drainedBytes += bytes;
        if (channel.hasEnded() || drainedBytes > MAX_DRAINED_BYTES) {
            channel.close();
        }
    }

    /** Takes the next step after everything queued was sent. */
    void advance(Dispatcher channel, Owner owner, boolean hasInput) throws IOException {
        if (step == Step.HALF_CLOSE) {
            channel.transport().shutdownOutput();
            step = Step.HALF_CLOSED;
        }
        if (step == Step.HALF_CLOSED && channel.hasEnded() && !hasInput) {
            channel.close(); // both directions have ended
        } else if (step == Step.CLOSE_AT_ONCE) {
            channel.close();
        } else if (step == Step.CLOSE) {
            close(channel, owner);
        }
    }

    private void close(Dispatcher channel, Owner owner) throws IOException {
        int unread = channel.hasEnded() ? 0 : owner.discardInput();
        if (channel.isClosed()) {
            return; // the input was an invalid TLS record
        }
        if (!channel.hasEnded()) {
            channel.transport().shutdownOutput();
            timeout = channel.loop().schedule(owner.closeTimeout(), channel::close);
            drainedBytes = unread;
            step = Step.DRAIN;
        } else {
            channel.close();
        }
    }

    /** The channel is closed: cancels the timeout. */
    void end() {
        if (timeout != null) {
            timeout.cancel();
        }
    }
}
