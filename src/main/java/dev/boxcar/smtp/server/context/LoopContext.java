// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.server.reply.FaultCheck;
import dev.boxcar.smtp.server.transaction.TransactionContext;
import java.util.function.LongSupplier;

/**
 * The objects that the sessions of one loop share: the loop, the server, and the objects that a session needs only
 * while it processes one command. Confined to that loop's thread.
 */
public final class LoopContext {
    private final EventLoop loop;
    private final ServerContext server;
    private final Runnable onSessionEnd;
    private final LongSupplier clock;
    private final Command command = new Command();
    private final TransactionContext transactions;
    private final FaultCheck noFaults = FaultCheck.none();

    /** {@code onSessionEnd} is called at the end of each session, on the loop's thread. */
    public LoopContext(EventLoop loop, ServerContext server, Runnable onSessionEnd) {
        this.loop = loop;
        this.server = server;
        this.onSessionEnd = onSessionEnd;
        this.clock = loop::turnNanos;
        this.transactions = new TransactionContext(
                server.limits(), server.envelopes(), server.ports().sink(), server.holding());
    }

    public EventLoop loop() {
        return loop;
    }

    public ServerContext server() {
        return server;
    }

    /** A session has ended. */
    public void sessionEnded() {
        onSessionEnd.run();
    }

    /** The start of the loop's turn, in {@link System#nanoTime} nanoseconds. */
    public LongSupplier clock() {
        return clock;
    }

    /**
     * The command object into which the current event reads each line. A command that was held back needs an object of
     * its own, because it may be carried out during an event of another session.
     */
    public Command command() {
        return command;
    }

    public TransactionContext transactions() {
        return transactions;
    }

    /** For the sessions without faults. */
    public FaultCheck noFaults() {
        return noFaults;
    }
}
