// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.lab.script.SessionScripts;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;
import org.jspecify.annotations.Nullable;

/** The faults that the scripts in force inject into sessions. Any thread. */
public final class ScriptFaults implements Faults {
    private final ScriptStore store;
    private final SessionNamespaces namespaces;
    private final FaultLog log;

    /**
     * Carries out the scripts of a store.
     *
     * @param namespaces says which scripts for a namespace are for which session
     * @param log receives what was done
     */
    public ScriptFaults(ScriptStore store, SessionNamespaces namespaces, FaultLog log) {
        this.store = store;
        this.namespaces = namespaces;
        this.log = log;
    }

    @Override
    public @Nullable SessionFaults opened(ClientInfo client) {
        SessionScripts scripts = store.open();
        boolean isNormal = scripts.isEmpty() && scripts.line().equals(LineSettings.NONE);
        return isNormal ? null : new ScriptedFaults(client, scripts, namespaces, log);
    }
}
