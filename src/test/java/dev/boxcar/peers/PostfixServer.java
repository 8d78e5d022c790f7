// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Postfix with its own queue, which passes all mail on to one port. */
final class PostfixServer implements AutoCloseable {
    private final Path directory;
    private final PeerProgram program;

    private PostfixServer(Path directory, PeerProgram program) {
        this.directory = directory;
        this.program = program;
    }

    /** Starts it with further lines of main.cf. */
    static PostfixServer start(Path directory, int relayPort, String... settings) throws Exception {
        Path postfix = PeerProgram.find("postfix");
        assumeTrue(PeerProgram.IS_ROOT, "Postfix runs only when root starts it");
        Path queue = Files.createDirectories(directory.resolve("queue"));
        Path data = Files.createDirectories(directory.resolve("data"));
        PeerProgram.run("chown", "postfix", data.toString());
        PeerProgram.run("chmod", "a+rx", directory.resolve("..").toString(), directory.toString());
        int port = PeerProgram.freePort();
        var lines = new ArrayList<>(List.of(
                "compatibility_level = 3.6",
                "queue_directory = " + queue,
                "data_directory = " + data,
                "mail_owner = postfix",
                "setgid_group = postdrop",
                "myhostname = postfix.example",
                "mydestination =",
                "inet_interfaces = 127.0.0.1",
                "inet_protocols = ipv4",
                "mynetworks = 127.0.0.0/8",
                "relayhost = [127.0.0.1]:" + relayPort,
                "smtp_tls_security_level = none",
                "smtp_host_lookup = native",
                "smtpd_peername_lookup = no",
                "maillog_file_prefixes = " + directory,
                "maillog_file = " + directory.resolve("log"),
                "alias_maps =",
                "alias_database ="));
        lines.addAll(List.of(settings));
        Files.write(directory.resolve("main.cf"), lines);
        Files.writeString(directory.resolve("master.cf"), """
                PORT inet n - n - - smtpd
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                smtp unix - - n - - smtp
                error unix - - n - - error
                retry unix - - n - - error
                anvil unix - - n - 1 anvil
                tlsmgr unix - - n 1000 1 tlsmgr
                proxymap unix - - n - - proxymap
                postlog unix-dgram n - n - 1 postlogd
                """.replace("PORT", Integer.toString(port)));
        return new PostfixServer(
                directory,
                PeerProgram.start(directory, port, postfix.toString(), "-c", directory.toString(), "start-fg"));
    }

    int port() {
        return program.port();
    }

    String log() throws Exception {
        Path log = directory.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Override
    public void close() throws Exception {
        new ProcessBuilder(PeerProgram.find("postfix").toString(), "-c", directory.toString(), "stop")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        program.close();
    }
}
