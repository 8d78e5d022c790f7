// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.lab.script.SessionScripts;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The faults that the scripts in force inject into sessions. Any thread. */
public final class ScriptFaults implements Faults {
    /**
     * Happens to the banner of a session in which nothing else delays it. In this time the server sees what a client
     * has sent that does not wait for the banner.
     */
    static final Fault LATE_BANNER = Fault.NONE.withDelay(Duration.ofMillis(2));

    private static final SessionFaults NO_SCRIPTS = new SessionFaults() {
        @Override
        public Fault connected() {
            return LATE_BANNER;
        }
    };

    private final ScriptStore store;
    private final FaultLog log = new FaultLog();
    private final FaultyTls tls = new FaultyTls();
    /** The open sessions that have scripts, or may yet have them, by id. */
    private final Map<String, ScriptedFaults> sessions = new ConcurrentHashMap<>();

    /** Carries out the scripts of a store. */
    public ScriptFaults(ScriptStore store) {
        this.store = store;
    }

    /** The scripts that it carries out. */
    public ScriptStore store() {
        return store;
    }

    /** What was done. */
    public FaultLog log() {
        return log;
    }

    @Override
    public SessionFaults opened(ClientInfo client) {
        SessionScripts scripts = store.open();
        if (scripts.isEmpty() && scripts.line().equals(LineSettings.NONE)) {
            return NO_SCRIPTS;
        }
        String id = client.session();
        var session = new ScriptedFaults(client, scripts, log, tls, () -> sessions.remove(id));
        sessions.put(id, session);
        return session;
    }

    /** An open session turns out to belong to a namespace: adds the scripts for it. On the loop of the session. */
    public void addNamespace(String session, String namespace) {
        ScriptedFaults faults = sessions.get(session);
        if (faults != null) {
            faults.addNamespace(namespace);
        }
    }
}
