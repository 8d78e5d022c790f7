// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
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
        Path socket = link(spool);
        if (socket.toString().getBytes(UTF_8).length <= MAX_BYTES) {
            return socket;
        }
        var hash = new CRC32();
        hash.update(absolute.toString().getBytes(UTF_8));
        return runtimeDirectory.resolve(String.format(Locale.ROOT, "boxcar-%08x.sock", hash.getValue()));
    }

    /**
     * Leads from the directory of a spool to a socket elsewhere: the commands of an operator may have another
     * environment than the relay. Removes a link that is not needed any more.
     */
    public static void link(Path spool, Path socket) throws IOException {
        Path link = link(spool);
        if (Files.isSymbolicLink(link)) {
            Files.delete(link);
        }
        if (!socket.equals(link)) {
            Files.createSymbolicLink(link, socket.toAbsolutePath());
        }
    }

    /** The socket of the relay that uses this spool, as far as one can know without asking it. */
    public static Path find(Path spool, Path runtimeDirectory) throws IOException {
        Path link = link(spool);
        return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link) : of(spool, runtimeDirectory);
    }

    private static Path link(Path spool) {
        return spool.toAbsolutePath().normalize().resolve(NAME);
    }
}
