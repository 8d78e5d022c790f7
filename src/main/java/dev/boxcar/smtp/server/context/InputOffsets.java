// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many bytes of a session's input were read and processed, and tells the listener, if there is one, which
 * bytes each item occupies. Confined to the loop thread.
 */
public final class InputOffsets {
    private final @Nullable SessionListener listener;
    private final LongSupplier clock;
    private long read;
    private long processed;
    /** Where the item that is coming in began. */
    private long itemFrom;

    private int lastReadBytes;

    public InputOffsets(@Nullable SessionListener listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /** One read brought these bytes. */
    public void read(byte[] bytes, int from, int to) {
        lastReadBytes = to - from;
        read += lastReadBytes;
        if (listener != null) {
            listener.read(bytes, from, to, clock.getAsLong());
        }
    }

    /** This many bytes of the item that is coming in, or of its terminator, were processed. */
    public void processed(int bytes) {
        processed += bytes;
    }

    /** These bytes of the command line that is coming in were processed. */
    public void lineBytes(byte[] bytes, int from, int to) {
        if (listener != null) {
            listener.lineBytes(bytes, from, to, processed, clock.getAsLong());
        }
        processed += to - from;
    }

    /** These bytes of the message that is coming in were processed. */
    public void messageBytes(byte[] bytes, int from, int to) {
        if (listener != null) {
            listener.messageBytes(bytes, from, to, processed, clock.getAsLong());
        }
        processed += to - from;
    }

    /** The item that was processed up to now has ended; the next one begins. */
    public void itemEnded() {
        itemFrom = processed;
    }

    /** Whether the item that is being processed came in one read, which brought nothing else. */
    public boolean isItemAlone() {
        return itemFrom == read - lastReadBytes && processed == read;
    }

    /** Input that was read but not processed is discarded. */
    public void discardRest() {
        processed = read;
        itemFrom = read;
    }

    /** The item is a command; its reply is not known yet. */
    public void command(Command command) {
        if (listener != null) {
            listener.command(command, itemFrom, processed, clock.getAsLong());
        }
    }

    /** The item is a line that is not a command. */
    public void line() {
        if (listener != null) {
            listener.line(itemFrom, processed, clock.getAsLong());
        }
    }

    /** The item is a message, or a chunk of one. */
    public void message() {
        if (listener != null) {
            listener.message(itemFrom, processed, clock.getAsLong());
        }
    }

    /** The last bytes of the line, its CRLF included, are a secret. */
    public void secret(long bytes) {
        if (listener != null) {
            listener.secret(processed - bytes, processed, clock.getAsLong());
        }
    }

    /** The whole line is a response in an authentication exchange, or may be one. */
    public void authResponse() {
        line();
        secret(processed - itemFrom);
    }
}
