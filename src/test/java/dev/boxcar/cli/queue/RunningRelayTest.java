// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.control.ControlServer;
import dev.boxcar.relay.control.ControlSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which sockets the commands of an operator believe to be the relay's. */
class RunningRelayTest {
    private static final int ROOT = 0;
    private static final int RELAY = 1;
    private static final int STRANGER = 2;

    @TempDir
    Path directory;

    private Path spool;
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void listen() throws Exception {
        spool = directory.resolve("d".repeat(100));
        Files.createDirectories(spool.resolve("segment"));
        socket = ControlSocket.of(spool, directory);
        ControlSocket.link(spool, socket);
        server = ControlServer.listen(socket, (id, change) -> true, id -> List.of());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void theRelayOfTheSameUserIsFound() throws Exception {
        assertThat(isFound()).isTrue();
    }

    /** The socket is in a directory in which every user may create files. */
    @Test
    void aSocketOfAnotherUserIsNotBelieved() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may give files away");
        give(spool.resolve("segment"), RELAY);

        give(socket, STRANGER);
        assertThat(isFound()).isFalse();
        give(socket, RELAY);
        assertThat(isFound()).isTrue();
        give(socket, ROOT);
        assertThat(isFound()).isTrue();
    }

    @Test
    void aLinkOfAnotherUserToTheSocketIsNotBelieved() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may give files away");
        Path moved = Files.move(socket, directory.resolve("moved"));
        Files.createSymbolicLink(socket, moved);
        Files.setAttribute(socket, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
        assertThat(isFound()).isFalse();
    }

    private static void give(Path file, int user) throws Exception {
        Files.setAttribute(file, "unix:uid", user);
    }

    private boolean isFound() throws Exception {
        try (ControlClient client = RunningRelay.connect(spool, Map.of())) {
            return client != null;
        }
    }
}
