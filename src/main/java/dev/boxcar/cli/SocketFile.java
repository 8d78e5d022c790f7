// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.LoggerFactory;

/** The file of a Unix-domain socket: what an earlier run left is removed before, and ours at the end. */
final class SocketFile {
    private SocketFile() {}

    /**
     * Removes what nobody listens at any more.
     *
     * @throws IOException whose message is one line, if the file is no socket, or somebody listens there
     */
    static void clear(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("cannot listen on unix:" + path + ": the file is there, and no socket");
        }
        if (isHeard(path)) {
            throw new IOException("cannot listen on unix:" + path + ": somebody listens there");
        }
        Files.delete(path);
    }

    private static boolean isHeard(Path path) throws IOException {
        try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Removes ours; when that fails, the next run does it. */
    static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketFile.class).warn("{} was not removed: {}", path, e.toString());
        }
    }
}
