// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix-domain socket: removes one that an earlier run left, and the one of this run at its end, and says
 * who may connect.
 */
public final class SocketFile {
    private SocketFile() {}

    /**
     * Removes a socket on which no process listens any more.
     *
     * @throws IOException if the file is not a socket, or a process listens on it
     */
    public static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("cannot listen on unix:" + path + ": the file exists and is not a socket");
        }
        if (isListening(path)) {
            throw new IOException("cannot listen on unix:" + path + ": another process is listening there");
        }
        Files.delete(path);
    }

    private static boolean isListening(Path path) throws IOException {
        try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Gives the file these permissions, three octal digits. */
    static void setMode(Path path, String mode) throws IOException {
        try {
            Files.setAttribute(path, "unix:mode", Integer.parseInt(mode, 8));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new IOException("cannot listen on unix:" + path + ": this system has no modes of files", e);
        }
    }

    /** Removes the file of this run. If that fails, the next run removes it. */
    public static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketFile.class).warn("cannot remove {}: {}", path, e.toString());
        }
    }
}
