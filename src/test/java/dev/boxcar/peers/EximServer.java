// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Exim, which takes mail from authenticated clients and keeps it in its queue. It wants STARTTLS before AUTH, knows no
 * {@code nobody@}, and defers {@code grey@} until {@link #known}.
 */
final class EximServer implements AutoCloseable {
    private final Path directory;
    private final PeerProgram program;

    private EximServer(Path directory, PeerProgram program) {
        this.directory = directory;
        this.program = program;
    }

    static EximServer start(Path directory) throws Exception {
        Path exim = PeerProgram.find("exim4");
        Files.createDirectories(directory);
        // the installed program is setuid root, and would then want files of its own; a copy is not
        Path copy = directory.resolve("exim4");
        Files.copy(exim, copy);
        PeerProgram.executable(copy);
        int port = PeerProgram.freePort();
        Files.writeString(directory.resolve("exim.conf"), """
                exim_user = USER
                exim_group = GROUP
                spool_directory = DIR/spool
                log_file_path = DIR/%slog
                pid_file_path = DIR/pid
                primary_hostname = exim.example
                keep_environment =
                local_interfaces = 127.0.0.1
                daemon_smtp_ports = PORT
                queue_only = true
                tls_advertise_hosts = *
                tls_certificate = DIR/rsa.crt
                tls_privatekey = DIR/rsa-pkcs8.key
                auth_advertise_hosts = *
                acl_smtp_rcpt = rcpt
                acl_smtp_data = accept
                host_lookup =
                rfc1413_query_timeout = 0s
                begin acl
                rcpt:
                  deny !authenticated = *
                       message = authentication required
                  deny local_parts = nobody
                       message = no such user here
                  defer local_parts = grey
                        condition = ${if !exists{DIR/known}}
                        message = greylisted, come back later
                  accept
                begin authenticators
                plain:
                  driver = plaintext
                  public_name = PLAIN
                  server_prompts = :
                  server_condition = ${if and{{eq{$auth2}{ann}}{eq{$auth3}{secret}}}}
                  server_set_id = $auth2
                  server_advertise_condition = ${if def:tls_in_cipher}
                """.replace("USER", PeerProgram.USER)
                .replace("GROUP", PeerProgram.group())
                .replace("PORT", Integer.toString(port))
                .replace("DIR", directory.toString()));
        PeerProgram.certificate(directory, "rsa.crt");
        PeerProgram.certificate(directory, "rsa-pkcs8.key");
        return new EximServer(
                directory,
                PeerProgram.startAsUser(
                        directory,
                        port,
                        copy.toString(),
                        "-bdf",
                        "-C",
                        directory.resolve("exim.conf").toString()));
    }

    int port() {
        return program.port();
    }

    /** Takes mail for {@code grey@} from now on. */
    void known() throws Exception {
        Files.writeString(directory.resolve("known"), "");
    }

    /** How many messages it has taken. */
    long messages() throws Exception {
        Path input = directory.resolve("spool/input");
        if (!Files.isDirectory(input)) {
            return 0;
        }
        try (var files = Files.list(input)) {
            return files.filter(one -> one.toString().endsWith("-H")).count();
        }
    }

    /** Header, envelope and text of the messages it has taken, as it keeps them. */
    String taken() throws Exception {
        var all = new StringBuilder();
        try (var files = Files.list(directory.resolve("spool/input"))) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file)).append('\n');
            }
        }
        return all.toString();
    }

    @Override
    public void close() {
        program.close();
    }
}
