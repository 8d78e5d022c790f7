// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.lab.script.SessionScripts;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The faults that the scripts in force inject into sessions. Any thread. */
public final class ScriptFaults implements Faults {
    private final ScriptStore store;
    private final FaultLog log = new FaultLog();
    private final FaultyTls tls = new FaultyTls();
    private final BannerDelay banner = new BannerDelay(System::nanoTime);
    /** Of sessions without scripts. */
    private final SessionFaults noScripts = new SessionFaults() {
        @Override
        public @Nullable Fault connected() {
            return banner.next();
        }
    };

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
            return noScripts;
        }
        String id = client.session();
        var session =
                new ScriptedFaults(client, scripts, log, tls, banner, new SessionCounts(), () -> sessions.remove(id));
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
