// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Envelope.Flag;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message's bytes on their way to the sink: dots unstuffed, counted, and swallowed instead once they are too many, so
 * that the session stays in step. Confined to the loop thread.
 */
final class Body implements DotUnstuffer.Target {
    /** How the bytes come. */
    enum Form {
        /** By DATA: lines, with dots before those that begin with one. */
        DOTTED,
        /** By BDAT: lines. */
        CHUNKED,
        /** By BDAT, any bytes: none of them is odd (RFC 3030 §3). */
        BINARY
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private final DotUnstuffer unstuffer;
    private final Form form;
    private final long mostBytes;
    private MessageSink.@Nullable Incoming incoming;
    private long bytes;

    Body(MessageSink.Incoming incoming, long mostBytes, Form form) {
        this.form = form;
        this.unstuffer = new DotUnstuffer(form == Form.DOTTED);
        this.incoming = incoming;
        this.mostBytes = mostBytes;
    }

    /** Takes a piece as it came over the wire. */
    void collect(byte[] piece, int from, int to) {
        if (form == Form.BINARY) {
            write(piece, from, to);
        } else {
            unstuffer.pass(piece, from, to, this);
        }
    }

    @Override
    public void write(byte[] run, int from, int to) {
        bytes += to - from;
        if (isTooLarge()) {
            abandon();
        } else if (incoming != null) {
            incoming.write(run, from, to);
        }
    }

    /** Whether the sink can take more just now. */
    boolean mayTake() {
        return incoming == null || incoming.mayTake();
    }

    /** The CRLF that begins the terminator ends the last line, and is part of the message (RFC 5321 §4.1.1.4). */
    void endLastLine() {
        write(CRLF, 0, CRLF.length);
    }

    /** How many bytes came, dots unstuffed. */
    long bytes() {
        return bytes;
    }

    boolean isTooLarge() {
        return bytes > mostBytes;
    }

    /** What was odd about it; it is complete. */
    Set<Flag> finish() {
        return unstuffer.finish();
    }

    /** Where the bytes went, to be committed; only if they are not too many. */
    MessageSink.Incoming handOver() {
        if (incoming == null) {
            throw new IllegalStateException("there is no body");
        }
        MessageSink.Incoming place = incoming;
        incoming = null;
        return place;
    }

    /** Gives back what it holds. */
    void abandon() {
        if (incoming != null) {
            incoming.abandon();
            incoming = null;
        }
    }
}
