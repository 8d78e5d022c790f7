// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.Envelope.Flag;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes the bytes of a message to the sink: it unstuffs dots and counts. Once the message is too large it discards the
 * rest, so that the session stays in step with the client. Confined to the loop thread.
 */
public final class MessageBody implements DotUnstuffer.Target {
    /** How the client sends the bytes. */
    public enum Form {
        /** By DATA: lines, with an extra dot before those that begin with one. */
        DOTTED,
        /** By BDAT: lines. */
        CHUNKED,
        /** By BDAT: any bytes, so that no byte is irregular (RFC 3030 §3). */
        BINARY
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private final DotUnstuffer unstuffer;
    private final Form form;
    private final long maxBytes;
    /** Null once the message was handed over or given up. */
    private MessageSink.@Nullable Incoming incoming;

    private long bytes;

    public MessageBody(MessageSink.Incoming incoming, long maxBytes, Form form) {
        this.form = form;
        this.unstuffer = new DotUnstuffer(form == Form.DOTTED);
        this.incoming = incoming;
        this.maxBytes = maxBytes;
    }

    /** Takes a piece of the message as received. */
    public void collect(byte[] piece, int from, int to) {
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

    /** Whether the sink can take more at the moment. */
    boolean mayTake() {
        return incoming == null || incoming.mayTake();
    }

    /** Adds the CRLF that begins the terminator: it also ends the last line of the message (RFC 5321 §4.1.1.4). */
    public void endLastLine() {
        write(CRLF, 0, CRLF.length);
    }

    /** The number of bytes received, after dot-unstuffing. */
    public long bytes() {
        return bytes;
    }

    /** The maximum number of bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    public boolean isTooLarge() {
        return bytes > maxBytes;
    }

    /** The message is complete: returns its irregularities. */
    public Set<Flag> finish() {
        return unstuffer.finish();
    }

    /** Hands over the message to be committed. Call this only if it is not too large. */
    public MessageSink.Incoming handOver() {
        if (incoming == null) {
            throw new IllegalStateException("the message was given up or handed over already");
        }
        MessageSink.Incoming complete = incoming;
        incoming = null;
        return complete;
    }

    /** Abandons the message; the sink deletes the bytes that it has. */
    void abandon() {
        if (incoming != null) {
            incoming.abandon();
            incoming = null;
        }
    }
}
