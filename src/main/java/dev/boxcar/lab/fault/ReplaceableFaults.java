// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.SessionScripts;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one script that may be replaced at any time. Unlike the scripts of a store, it applies from the next
 * command on, also in open sessions. Only its rules for commands are carried out. Any thread.
 */
public final class ReplaceableFaults implements Faults {
    private final String id;
    private final long seed;
    private final FaultLog log;
    private final FaultyTls tls = new FaultyTls();
    private final BannerDelay banner = new BannerDelay(System::nanoTime);
    private volatile ActiveScript script;

    /**
     * Begins with a script.
     *
     * @param id names it in the record of what was done
     * @param seed decides everything random in it
     */
    public ReplaceableFaults(String id, Script script, long seed, FaultLog log) {
        this.id = id;
        this.seed = seed;
        this.log = log;
        this.script = new ActiveScript(id, script, seed);
    }

    /** Replaces the script. */
    public void replace(Script newScript) {
        script = new ActiveScript(id, newScript, seed);
    }

    @Override
    public SessionFaults opened(ClientInfo client) {
        return new OneSession(client);
    }

    /** Confined to the session's loop. */
    private final class OneSession implements SessionFaults {
        private final ClientInfo client;
        private final SessionCounts counts = new SessionCounts();
        private ActiveScript current;
        private ScriptedFaults faults;

        OneSession(ClientInfo client) {
            this.client = client;
            this.current = script;
            this.faults = faultsOf(current);
        }

        private ScriptedFaults faultsOf(ActiveScript active) {
            return new ScriptedFaults(client, SessionScripts.of(active), log, tls, banner, counts, () -> {});
        }

        @Override
        public SessionListener listener() {
            return counts;
        }

        @Override
        public @Nullable Fault command(@Nullable Command command) {
            ActiveScript now = script;
            if (current != now) {
                current = now;
                faults = faultsOf(now);
            }
            return faults.command(command);
        }
    }
}
