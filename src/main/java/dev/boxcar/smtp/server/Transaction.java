// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One mail transaction from MAIL to its end (RFC 5321 §3.3): the envelope, then the body. Confined to the loop thread. */
final class Transaction implements DotUnstuffer.Target {
    private static final byte[] CRLF = {'\r', '\n'};

    private final EnvelopeWriter envelope;
    private final long declaredOctets;
    private final boolean smtpUtf8;
    private final long mostOctets;
    private final DotUnstuffer unstuffer = new DotUnstuffer();
    private MessageSink.@Nullable Incoming incoming;
    private long octets;

    Transaction(EnvelopeWriter envelope, MailParameters parameters, long mostOctets) {
        this.envelope = envelope;
        this.declaredOctets = parameters.sizeOctets();
        this.smtpUtf8 = parameters.smtpUtf8Asked();
        this.mostOctets = mostOctets;
    }

    EnvelopeWriter envelope() {
        return envelope;
    }

    long declaredOctets() {
        return declaredOctets;
    }

    boolean smtpUtf8() {
        return smtpUtf8;
    }

    /** How many octets the body has so far, dots unstuffed. */
    long octets() {
        return octets;
    }

    boolean isTooLarge() {
        return octets > mostOctets;
    }

    /** DATA was accepted: the octets go to {@code place}. */
    void begin(MessageSink.Incoming place) {
        incoming = place;
    }

    /** Takes a piece of the body as it came over the wire. */
    void collect(byte[] piece, int from, int to) {
        unstuffer.pass(piece, from, to, this);
    }

    @Override
    public void write(byte[] run, int from, int to) {
        octets += to - from;
        if (isTooLarge()) {
            abandon(); // what follows is swallowed, so that the session stays in step
        } else if (incoming != null) {
            incoming.write(run, from, to);
        }
    }

    /** The CRLF that begins the terminator ends the last line, and is part of the message (RFC 5321 §4.1.1.4). */
    void endLastLine() {
        write(CRLF, 0, CRLF.length);
    }

    Envelope finishEnvelope(Instant received) {
        return envelope.finish(received, unstuffer.finish());
    }

    /** Where the octets went; only while a body is there that is not too large. */
    MessageSink.Incoming handOver() {
        if (incoming == null) {
            throw new IllegalStateException("no body was begun");
        }
        MessageSink.Incoming place = incoming;
        incoming = null;
        return place;
    }

    /** Gives back what the body holds. */
    void abandon() {
        if (incoming != null) {
            incoming.abandon();
            incoming = null;
        }
    }
}
