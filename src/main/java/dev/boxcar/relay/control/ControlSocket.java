// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
     * run-time files. There its name tells the spool's directory from every other, also from a copy of it.
     *
     * @param runtimeDirectory the value of {@code XDG_RUNTIME_DIR}, or a temporary directory
     * @throws IOException if the spool does not exist
     */
    public static Path of(Path spool, Path runtimeDirectory) throws IOException {
        Path socket = link(spool);
        return socket.toString().getBytes(UTF_8).length <= MAX_BYTES
                ? socket
                : runtimeDirectory.resolve(nameElsewhere(spool));
    }

    /** The file name outside the spool: the same whatever path leads to the spool, and after it was renamed. */
    private static String nameElsewhere(Path spool) throws IOException {
        Object key = Files.readAttributes(spool, BasicFileAttributes.class).fileKey();
        var hash = new CRC32();
        hash.update(String.valueOf(key == null ? spool.toRealPath() : key).getBytes(UTF_8));
        return String.format(Locale.ROOT, "boxcar-%08x.sock", hash.getValue());
    }

    /**
     * Leads from the directory of a spool to a socket elsewhere: the commands of an operator may have another
     * environment than the relay. They still cannot see a socket in the private temporary directory of a systemd unit.
     * Removes a link that is not needed any more, and a socket that the link replaces. The caller has locked the spool,
     * so no other relay listens there.
     *
     * @throws IOException also if a file of another kind is in the way
     */
    public static void link(Path spool, Path socket) throws IOException {
        Path link = link(spool);
        boolean isElsewhere = !socket.equals(link);
        if (Files.isSymbolicLink(link) || (isElsewhere && isSocket(link))) {
            Files.delete(link);
        }
        if (isElsewhere) {
            Files.createSymbolicLink(link, socket.toAbsolutePath());
        }
    }

    private static boolean isSocket(Path file) throws IOException {
        return Files.exists(file, NOFOLLOW_LINKS)
                && Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS)
                        .isOther();
    }

    /**
     * The socket of the relay that uses this spool, as far as one can know without asking it.
     *
     * @throws IOException if no relay uses this spool: it does not exist, or its link was copied from another spool
     */
    public static Path find(Path spool, Path runtimeDirectory) throws IOException {
        Path link = link(spool);
        if (!Files.isSymbolicLink(link)) {
            return of(spool, runtimeDirectory);
        }
        Path socket = Files.readSymbolicLink(link);
        if (!socket.endsWith(nameElsewhere(spool))) {
            throw new IOException(link + " leads to the relay of another spool");
        }
        return socket;
    }

    private static Path link(Path spool) {
        return spool.toAbsolutePath().normalize().resolve(NAME);
    }
}
