// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.control.ControlSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the relay that uses a spool. */
final class RunningRelay {
    private RunningRelay() {}

    /** Connects to the relay that uses this spool; null if none runs. */
    static @Nullable ControlClient connect(Path spool, Map<String, String> environment) {
        String directory = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Path runtime = Path.of(directory.isEmpty() ? System.getProperty("java.io.tmpdir") : directory);
        try {
            return ControlClient.connect(ControlSocket.find(spool, runtime));
        } catch (IOException e) {
            return null;
        }
    }
}
