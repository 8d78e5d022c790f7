// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.control.ControlSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the relay that uses a spool. A socket outside the spool can be in a directory in which every user may create
 * files, so only one that belongs to the owner of the spool, or to root, is believed.
 */
final class RunningRelay {
    private static final int ROOT = 0;

    private RunningRelay() {}

    /** Connects to the relay that uses this spool; null if none runs. */
    static @Nullable ControlClient connect(Path spool, Map<String, String> environment) {
        String directory = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Path runtime = Path.of(directory.isEmpty() ? System.getProperty("java.io.tmpdir") : directory);
        try {
            Path socket = ControlSocket.find(spool, runtime);
            return isTrusted(socket, spool) ? ControlClient.connect(socket) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean isTrusted(Path socket, Path spool) throws IOException {
        int owner = owner(socket);
        return owner == ROOT || owner == owner(spool.resolve("segment"));
    }

    private static int owner(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
