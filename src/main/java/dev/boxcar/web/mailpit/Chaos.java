// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.ReplaceableFaults;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;

/**
 * Refuses commands at random, by the script that {@link ChaosState#script} makes of Mailpit's triggers. A change of
 * state applies from the next command. Any thread.
 */
public final class Chaos implements Faults {
    /** Names the script in the record of a session. */
    private static final String ID = "chaos";

    private final ReplaceableFaults faults;
    private final FaultLog log;
    private volatile ChaosState state;

    /**
     * Starts with {@code state}.
     *
     * @param seed decides which commands are refused
     * @param log gets what was refused in each session
     */
    public Chaos(ChaosState state, long seed, FaultLog log) {
        this.state = state;
        this.log = log;
        this.faults = new ReplaceableFaults(ID, state.script(), seed, log);
    }

    /** What is currently refused. */
    public ChaosState state() {
        return state;
    }

    /** What was refused. */
    public FaultLog log() {
        return log;
    }

    /** Sets what is refused from now on. */
    public synchronized void setState(ChaosState newState) {
        state = newState;
        faults.replace(newState.script());
    }

    @Override
    public SessionFaults opened(ClientInfo client) {
        return faults.opened(client);
    }
}
