// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;

/** Where the control socket of a spool is. */
public final class ControlSocket {
    private static final String NAME = "control";
    /** The maximum length of the path of a Unix-domain socket on Linux. */
    private static final int MAX_BYTES = 107;

    private ControlSocket() {}

    /**
     * The socket of the relay that uses this spool: in its directory or, if that path is too long, in the directory for
     * run-time files.
     *
     * @param runtimeDirectory the value of {@code XDG_RUNTIME_DIR}, or a temporary directory
     */
    public static Path of(Path spool, Path runtimeDirectory) {
        Path absolute = spool.toAbsolutePath().normalize();
        Path socket = absolute.resolve(NAME);
        if (socket.toString().getBytes(UTF_8).length <= MAX_BYTES) {
            return socket;
        }
        var hash = new CRC32();
        hash.update(absolute.toString().getBytes(UTF_8));
        return runtimeDirectory.resolve(String.format(Locale.ROOT, "boxcar-%08x.sock", hash.getValue()));
    }
}
