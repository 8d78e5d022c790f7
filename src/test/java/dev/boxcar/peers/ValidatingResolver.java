// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/** Unbound, which validates the answers of a {@link SigningNameServer} and says so with the AD bit. */
final class ValidatingResolver implements AutoCloseable {
    private final PeerProgram program;

    private ValidatingResolver(PeerProgram program) {
        this.program = program;
    }

    static ValidatingResolver start(Path directory, SigningNameServer server) throws Exception {
        return start(directory, server, "");
    }

    /** Starts it at port 53 of this loopback address, too, for programs that know no other port. */
    static ValidatingResolver startAt(String address, Path directory, SigningNameServer server) throws Exception {
        return start(directory, server, "interface: " + address + "@53");
    }

    private static ValidatingResolver start(Path directory, SigningNameServer server, String more) throws Exception {
        Path unbound = PeerProgram.find("unbound");
        Files.createDirectories(directory);
        int port = PeerProgram.freePort();
        Path configuration =
                Files.writeString(directory.resolve("unbound.conf"), """
                server:
                  directory: "DIR"
                  chroot: ""
                  username: ""
                  pidfile: "DIR/pid"
                  use-syslog: no
                  interface: 127.0.0.1@PORT
                  MORE
                  do-not-query-localhost: no
                  trust-anchor-file: "DIR/anchors"
                  num-threads: 1
                remote-control:
                  control-enable: no
                forward-zone:
                  name: "example."
                  forward-addr: 127.0.0.1@SERVER
                """.replace("DIR", directory.toString())
                        .replace("PORT", Integer.toString(port))
                        .replace("MORE", more)
                        .replace("SERVER", Integer.toString(server.port())));
        server.writeAnchors(directory.resolve("anchors"));
        return new ValidatingResolver(
                PeerProgram.start(directory, port, unbound.toString(), "-d", "-c", configuration.toString()));
    }

    int port() {
        return program.port();
    }

    @Override
    public void close() {
        program.close();
    }
}
