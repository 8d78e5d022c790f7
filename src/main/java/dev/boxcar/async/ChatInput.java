// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.HeldInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The input of one chat: splits it at the terminator and hands it over item by item while the gate is open. Input that
 * arrives while the gate is closed is held. It extends {@link TerminatorSearch} instead of holding one, to save an
 * object per connection.
 *
 * <p>Confined to the loop thread.
 */
final class ChatInput extends TerminatorSearch {
    /** Maximum items dispatched per turn, so that one long group of commands does not hold up other channels. */
    private static final int ITEMS_PER_TURN = 1024;

    /**
     * Maximum writes that the protocol may request per turn. Each is a system call, which costs as much as many items.
     */
    private static final int FLUSHES_PER_TURN = 64;

    private static final byte[] NOTHING = {};

    /** The chat that the input belongs to. */
    interface Handler {
        /** Whether the next item may be dispatched. */
        boolean isGateOpen();

        /** Whether anything may still be dispatched on this connection. */
        boolean isDispatching();

        /** Whether the channel is connected. */
        boolean isConnected();

        /** The result that the searches of all channels of the loop share. */
        SearchResult searchResult();

        /** Whether {@code bytes} is the loop's shared buffer, so that bytes must be copied to be held. */
        boolean isShared(byte[] bytes);

        /** Takes a piece of the current item. */
        void collect(byte[] bytes, int from, int to) throws IOException;

        /** The current item is complete. */
        void found() throws IOException;

        /** An item was dispatched; more output may not fit into the shared buffer. */
        void flushIfNearlyFull() throws IOException;

        /** Takes bytes that may not be dispatched any more. */
        void undispatched(byte[] bytes, int from, int to);

        /** The scanned bytes are about to be overwritten. */
        void released();
    }

    private boolean scanning;
    private int flushes;

    /** Whether the bytes that are being scanned were discarded meanwhile. */
    private boolean discarded;

    private @Nullable HeldInput held;

    /** Changes the terminator. */
    @Override
    void set(Terminator terminator) {
        byte[] heldBack = heldBack();
        if (heldBack.length > 0) { // they must be searched again; they were the last bytes read
            held = HeldInput.of(heldBack, 0, heldBack.length);
        }
        super.set(terminator);
    }

    boolean isScanning() {
        return scanning;
    }

    /** Whether the bytes that are being scanned were discarded meanwhile. */
    boolean isDiscarded() {
        return discarded;
    }

    /** Whether input is held. */
    boolean isHeld() {
        return held != null;
    }

    /** How many bytes of memory the held input takes. */
    int bytesHeld() {
        return held == null ? 0 : held.bytes().length;
    }

    /** Counts a write that the protocol requested. */
    void flushed() {
        flushes++;
    }

    /** Whether an item may be complete without any more input. */
    boolean mayHaveItem() {
        return held != null || isComplete();
    }

    /** Processes input that an earlier turn read but did not process. */
    void resume(Handler handler) throws IOException {
        HeldInput resumed = held;
        held = null;
        if (resumed != null) {
            scan(handler, resumed.bytes(), resumed.from(), resumed.to());
        } else {
            scan(handler, NOTHING, 0, 0);
        }
    }

    /**
     * Removes and returns the bytes that were not dispatched: held input, or bytes held back as the beginning of a
     * terminator.
     */
    HeldInput takeUndispatched() {
        byte[] heldBack = heldBack();
        HeldInput taken = held != null ? held : HeldInput.of(heldBack, 0, heldBack.length);
        held = null;
        forget();
        return taken;
    }

    /** Dispatches the items in {@code bytes} and holds the rest when the gate closes. */
    void scan(Handler handler, byte[] bytes, int from, int to) throws IOException {
        int at = from;
        SearchResult result = handler.searchResult();
        scanning = true;
        flushes = 0;
        try {
            for (int items = 0;
                    items < ITEMS_PER_TURN
                            && flushes < FLUSHES_PER_TURN
                            && (at < to || isComplete())
                            && handler.isGateOpen();
                    items++) {
                step(bytes, at, to, result);
                int begin = at;
                at = result.end; // before any handler runs: if one throws, the bytes are not delivered again
                deliver(handler, bytes, begin, result);
                handler.flushIfNearlyFull();
            }
        } finally {
            scanning = false;
            if (at < to) {
                hold(handler, bytes, at, to);
            }
            discarded = false;
            if (handler.isConnected()) {
                handler.released();
            }
        }
    }

    private void hold(Handler handler, byte[] bytes, int from, int to) {
        if (handler.isDispatching()) {
            held = handler.isShared(bytes) ? HeldInput.copyOf(bytes, from, to) : HeldInput.of(bytes, from, to);
        } else {
            handler.undispatched(bytes, from, to);
        }
    }

    /** Passes the result of the last step to the protocol. Its fields are read first: a handler may start a search. */
    private void deliver(Handler handler, byte[] bytes, int from, SearchResult result) throws IOException {
        boolean found = result.found;
        int dataEnd = result.dataEnd;
        if (result.releasedTo > result.releasedFrom) {
            handler.collect(pattern(), result.releasedFrom, result.releasedTo);
        }
        if (dataEnd > from && handler.isDispatching()) {
            handler.collect(bytes, from, dataEnd);
        }
        if (found && handler.isDispatching()) {
            handler.found();
        }
    }

    /** Drops held input, and the rest of the bytes that are being scanned. */
    void discard() {
        discarded = scanning;
        held = null;
        forget();
    }

    /** Drops held input. */
    void dropHeld() {
        held = null;
    }
}
