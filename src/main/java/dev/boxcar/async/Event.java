// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event of one channel: its handlers, what they leave to be settled, the interest in the next event. Whatever fails
 * on the way costs this channel and no other. Confined to the loop thread.
 */
final class Event {
    private static final Logger LOG = LoggerFactory.getLogger(Event.class);

    /** Nothing happened, but something changed. */
    static final int NONE = 0;
    /** Beside the selector's operations: go on with what an earlier turn left. */
    static final int GO_ON = 1 << 16;

    private Event() {}

    static void deliver(Dispatcher channel, int operations) {
        if (channel.isClosed()) {
            return;
        }
        EventLoop loop = channel.loop();
        loop.begin(channel);
        try {
            handle(channel, operations);
            channel.settle();
            updateInterest(channel);
        } catch (IOException | RuntimeException e) {
            fail(channel, e);
        } finally {
            loop.end();
        }
    }

    private static void handle(Dispatcher channel, int operations) throws IOException {
        if ((operations & SelectionKey.OP_CONNECT) != 0 && channel.endpoint().finishConnect(channel)) {
            channel.handleConnect();
        }
        if ((operations & SelectionKey.OP_ACCEPT) != 0) {
            channel.handleAccept();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            channel.handleRead();
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && channel.isConnected()) {
            channel.handleWrite();
        }
        if (operations == GO_ON) {
            channel.goOn();
        }
    }

    private static void updateInterest(Dispatcher channel) {
        channel.endpoint().wants(channel.endpoint().interest(channel));
    }

    /** Tells the channel, which may have a last word to send. */
    private static void fail(Dispatcher channel, Exception failure) {
        if (channel.isClosed() && failure instanceof IOException) {
            return; // a handler closed it, and what it did next went nowhere
        }
        try {
            if (failure instanceof IOException lost && channel.isConnected() && isDisconnect(lost)) {
                LOG.debug("{} lost its peer: {}", channel, lost.toString());
                channel.handleClose();
            } else {
                channel.handleError(failure);
            }
            if (channel.endpoint().isConnecting()) {
                channel.close(); // what failed to connect is of no more use
            }
            channel.settle();
            updateInterest(channel);
        } catch (IOException e) {
            LOG.debug("{} could not say its last: {}", channel, e.toString());
            channel.close();
        } catch (RuntimeException e) {
            LOG.error("{} failed while it handled a failure", channel, e);
            channel.close();
        }
    }

    /** The family of failures that mean no more than: the peer is gone. */
    private static boolean isDisconnect(IOException e) {
        if (e instanceof ClosedChannelException || e instanceof CutException) {
            return true;
        }
        String message = String.valueOf(e.getMessage());
        return message.contains("reset")
                || message.contains("roken pipe")
                || message.contains("aborted")
                || message.contains("not connected")
                || message.contains("timed out");
    }
}
