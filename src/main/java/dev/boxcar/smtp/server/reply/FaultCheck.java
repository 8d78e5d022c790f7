// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a session's {@link SessionFaults}, if it has any, about each event, and keeps the fault until its reply is
 * given. In a session without faults, each method costs one branch. Confined to the loop thread.
 */
public final class FaultCheck {
    /** The faults of one session, and what carries them out. */
    private record Injection(SessionFaults faults, ReplyChannel channel, ReplyLine line, LinePause pause) {}

    /** Null in a session without faults. */
    private final @Nullable Injection injection;
    /** Happens to the next reply; null for nothing. */
    private @Nullable Fault nextFault;

    private FaultCheck(@Nullable Injection injection) {
        this.injection = injection;
    }

    /** Asks nobody. One object serves all sessions of a loop that have no faults. */
    public static FaultCheck none() {
        return new FaultCheck(null);
    }

    /** Asks {@code faults} about the session of this channel. */
    public static FaultCheck of(SessionFaults faults, EventLoop loop, ReplyChannel channel) {
        var line = new ReplyLine(loop, channel, faults);
        return new FaultCheck(new Injection(faults, channel, line, new LinePause(loop, channel::interestChanged)));
    }

    /** The line in which the replies of a session with faults leave; null in a session without. */
    @Nullable
    ReplyLine line() {
        return injection == null ? null : injection.line;
    }

    // ---- events

    /** The fault of the connection, which happens to the banner; null for none. */
    public @Nullable Fault connection() {
        return injection == null ? null : next(injection, injection.faults.connected());
    }

    /**
     * The fault of a command, which happens to the next reply; null for none.
     *
     * @param command null if the line is not a command
     */
    public @Nullable Fault command(@Nullable Command command) {
        return injection == null ? null : next(injection, injection.faults.command(command));
    }

    /**
     * The fault of a complete message, which happens to its reply; null for none.
     *
     * @param reserved the place of the reply; null if none is reserved yet
     */
    public @Nullable Fault endOfData(long bytes, @Nullable DeferredReply reserved) {
        Fault fault = injection == null ? null : injection.faults.endOfData(bytes);
        if (injection == null || fault == null) {
            return null; // the fault of the last chunk's command stays
        } else if (reserved == null) {
            return next(injection, fault);
        }
        reserved.slot().setFault(fault);
        injection.pause.begin(fault.stopReading());
        return fault;
    }

    private @Nullable Fault next(Injection asked, @Nullable Fault fault) {
        nextFault = fault;
        if (fault != null) {
            asked.pause.begin(fault.stopReading());
        }
        return fault;
    }

    /** The offer whose certificate is used in the handshake that is next. */
    public TlsOffer handshake(TlsOffer usual) {
        return injection == null ? usual : injection.faults.handshake(usual);
    }

    /** Takes the fault that happens to the reply that is given now; null for none. */
    @Nullable
    Fault take() {
        Fault taken = nextFault;
        nextFault = null;
        return taken;
    }

    /** These bytes of a message were read; this may be the end of the connection. */
    public void content(byte[] bytes, int from, int to) throws IOException {
        ConnectionDrop.How how = injection == null ? null : injection.faults.content(bytes, from, to);
        if (injection == null || how == null) {
            return;
        }
        injection.channel.flushReplies();
        if (how == ConnectionDrop.How.RST) {
            injection.channel.reset(); // now, because the message may be complete
        } else {
            injection.line.end(how);
        }
    }

    // ---- the session

    /** The session has read this many bytes. They are processed when they have passed the line. */
    public void inputRead(int bytes) {
        if (injection != null) {
            injection.pause.begin(injection.line.inputRead(bytes));
        }
    }

    /** Whether the session may process further input. */
    public boolean allowInput() {
        return injection == null || (injection.line.allowInput() && !injection.pause.isActive());
    }

    /** Whether a fault has ended the connection. */
    public boolean haveEnded() {
        return injection != null && injection.line.hasEnded();
    }

    /** The server shuts down: replies that are delayed leave now. */
    public void hurry() {
        if (injection != null) {
            injection.line.hurry();
        }
    }

    /** The client has finished sending. */
    public void inputEnded() {
        if (injection != null) {
            injection.line.inputEnded();
        }
    }

    /** The session has ended. */
    public void release() {
        if (injection != null) {
            injection.faults.closed();
            injection.line.close();
            injection.pause.cancel();
        }
    }
}
