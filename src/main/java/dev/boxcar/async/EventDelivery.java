// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.channel.ChannelHandle;
import dev.boxcar.async.tls.TruncatedStreamException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one event to one channel: calls its handlers, finishes the work that they started
 * ({@link Dispatcher#settle}), and tells the selector which events the channel wants next. A failure during the
 * delivery affects this channel only. Confined to the loop thread.
 */
final class EventDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(EventDelivery.class);

    /** No event, but something has changed. */
    static final int NONE = 0;
    /**
     * An event in addition to the selector's operations: process input that an earlier turn read but did not process.
     */
    static final int RESUME = 1 << 16;

    private EventDelivery() {}

    static void deliver(Dispatcher channel, int operations) {
        if (channel.isClosed()) {
            return;
        }
        EventLoop loop = channel.loop();
        loop.beginEvent(channel);
        try {
            handle(channel, operations);
            channel.settle();
            updateInterest(channel);
        } catch (IOException | RuntimeException e) {
            fail(channel, e);
        } finally {
            loop.endEvent();
        }
    }

    private static void handle(Dispatcher channel, int operations) throws IOException {
        if ((operations & SelectionKey.OP_CONNECT) != 0 && channel.finishConnect()) {
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
        if (operations == RESUME) {
            channel.resumeInput();
        }
    }

    private static void updateInterest(Dispatcher channel) {
        ChannelHandle handle = channel.handle();
        handle.setInterest(
                switch (handle.state()) {
                    case FRESH, LOOKING_UP, CLOSED -> 0;
                    case LISTENING -> channel.readable() ? SelectionKey.OP_ACCEPT : 0;
                    case CONNECTING -> SelectionKey.OP_CONNECT;
                    case CONNECTED ->
                        (!handle.hasEnded() && channel.readable() ? SelectionKey.OP_READ : 0)
                                | (channel.writable() ? SelectionKey.OP_WRITE : 0);
                });
    }

    /** Tells the channel about a failure; the channel may still have output to send. */
    private static void fail(Dispatcher channel, Exception failure) {
        if (channel.isClosed() && failure instanceof IOException) {
            return; // a handler closed the channel and then used it
        }
        try {
            if (failure instanceof IOException lost && channel.isConnected() && isDisconnect(lost)) {
                LOG.debug("{} lost its peer: {}", channel, lost.toString());
                channel.handleClose();
            } else {
                channel.handleError(failure);
            }
            if (channel.handle().isConnecting()) {
                channel.close(); // a channel that could not connect is of no more use
            }
            channel.settle();
            updateInterest(channel);
        } catch (IOException e) {
            LOG.debug("{} could not send its last output: {}", channel, e.toString());
            channel.close();
        } catch (RuntimeException e) {
            LOG.error("{} failed while it handled a failure", channel, e);
            channel.close();
        }
    }

    /** Whether the failure only means that the peer is gone. */
    private static boolean isDisconnect(IOException e) {
        if (e instanceof ClosedChannelException || e instanceof TruncatedStreamException) {
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
