// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Envelope.Flag;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message's octets on their way to the sink: dots unstuffed, counted, and swallowed instead once they are too many, so that the
 * session stays in step. Confined to the loop thread.
 */
final class Body implements DotUnstuffer.Target {
    /** How the octets come. */
    enum Form {
        /** By DATA: lines, with dots before those that begin with one. */
        DOTTED,
        /** By BDAT: lines. */
        CHUNKED,
        /** By BDAT, any octets: none of them is odd (RFC 3030 §3). */
        BINARY
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private final DotUnstuffer unstuffer;
    private final Form form;
    private final long mostOctets;
    private MessageSink.@Nullable Incoming incoming;
    private long octets;

    Body(MessageSink.Incoming incoming, long mostOctets, Form form) {
        this.form = form;
        this.unstuffer = new DotUnstuffer(form == Form.DOTTED);
        this.incoming = incoming;
        this.mostOctets = mostOctets;
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
        octets += to - from;
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

    /** How many octets came, dots unstuffed. */
    long octets() {
        return octets;
    }

    boolean isTooLarge() {
        return octets > mostOctets;
    }

    /** What was odd about it; it is complete. */
    Set<Flag> finish() {
        return unstuffer.finish();
    }

    /** Where the octets went, to be committed; only if they are not too many. */
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
