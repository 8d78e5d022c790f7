// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The input of one chat: cut at its terminator, handed over item by item while the gate is open. What the gate holds
 * back is kept. It is its own search, and no object more, since there is one of each for every connection.
 *
 * <p>Confined to the loop thread.
 */
final class ChatInput extends TerminatorSearch {
    /** Items dispatched in one turn, so that one long train leaves a turn to the other channels. */
    private static final int ITEMS_PER_TURN = 1024;

    /** Writes that the protocol asked for in one turn: each is a system call, and as dear as many items. */
    private static final int FLUSHES_PER_TURN = 64;

    private static final byte[] NOTHING = {};

    private boolean scanning;
    private int flushes;

    /** What was in hand was discarded while it was scanned. */
    private boolean discarded;

    private @Nullable Rest rest;

    /** Changes what ends an item. */
    @Override
    void set(Terminator terminator) {
        byte[] heldBack = heldBack();
        if (heldBack.length > 0) { // they may mean something else now; held back, they were the last that was read
            rest = Rest.of(heldBack, 0, heldBack.length);
        }
        super.set(terminator);
    }

    boolean isScanning() {
        return scanning;
    }

    /** Whether what is being scanned was discarded meanwhile. */
    boolean isDiscarded() {
        return discarded;
    }

    /** Whether bytes were read that were not looked at. */
    boolean waits() {
        return rest != null;
    }

    /** How many bytes are kept for those that wait. */
    int bytesKept() {
        return rest == null ? 0 : rest.bytes().length;
    }

    /** The protocol had its output sent in the middle of a turn. */
    void flushed() {
        flushes++;
    }

    boolean itemMayBeThere() {
        return rest != null || isDue();
    }

    /** Goes on with what an earlier turn left. */
    void goOn(AsyncChat chat) throws IOException {
        Rest waiting = rest;
        rest = null;
        if (waiting != null) {
            scan(chat, waiting.bytes(), waiting.from(), waiting.to());
        } else {
            scan(chat, NOTHING, 0, 0);
        }
    }

    /**
     * Gives away the bytes that were not dispatched: those that wait, or those held back as the beginning of a
     * terminator.
     */
    Rest takeUnread() {
        byte[] heldBack = heldBack();
        Rest waiting = rest != null ? rest : Rest.of(heldBack, 0, heldBack.length);
        rest = null;
        forget();
        return waiting;
    }

    /** Dispatches what stands in {@code bytes}, and keeps what the gate holds back. */
    void scan(AsyncChat chat, byte[] bytes, int from, int to) throws IOException {
        int at = from;
        Cut cut = chat.loop().buffers().cut();
        scanning = true;
        flushes = 0;
        try {
            for (int items = 0;
                    items < ITEMS_PER_TURN && flushes < FLUSHES_PER_TURN && (at < to || isDue()) && chat.gateOpen();
                    items++) {
                step(bytes, at, to, cut);
                int begin = at;
                at = cut.end; // also when a handler fails: what it was given is not given again
                handOver(chat, bytes, begin, cut);
                chat.flushIfNearlyFull();
            }
        } finally {
            scanning = false;
            if (at < to) {
                keep(chat, bytes, at, to);
            }
            discarded = false;
            if (chat.isConnected()) {
                chat.inputReleased();
            }
        }
    }

    private void keep(AsyncChat chat, byte[] bytes, int from, int to) {
        if (chat.isDispatching()) {
            boolean shared = bytes == chat.loop().buffers().inputBytes();
            rest = shared ? Rest.copyOf(bytes, from, to) : Rest.of(bytes, from, to);
        } else {
            chat.leftUnread(bytes, from, to);
        }
    }

    /** Tells the protocol what the last step of the search came to. */
    private void handOver(AsyncChat chat, byte[] bytes, int from, Cut cut) throws IOException {
        boolean found = cut.found;
        int dataEnd = cut.dataEnd;
        if (cut.freedTo > cut.freedFrom) {
            chat.collectIncomingData(pattern(), cut.freedFrom, cut.freedTo);
        }
        if (dataEnd > from && chat.isDispatching()) {
            chat.collectIncomingData(bytes, from, dataEnd);
        }
        if (found && chat.isDispatching()) {
            chat.foundTerminator();
        }
    }

    /** Forgets the bytes that wait, and what else was read with those that are being scanned. */
    void discard() {
        discarded = scanning;
        rest = null;
        forget();
    }

    /** Forgets the bytes that wait. */
    void dropRest() {
        rest = null;
    }
}
