// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Dovecot with one mailbox, {@code bob@there.example}: its LMTP service by TCP and at a Unix-domain socket, and its
 * authentication service for Postfix, with the user {@code ann} and the password {@code secret}.
 */
final class DovecotServer implements AutoCloseable {
    private final Path directory;
    private final PeerProgram program;

    private DovecotServer(Path directory, PeerProgram program) {
        this.directory = directory;
        this.program = program;
    }

    static DovecotServer start(Path directory) throws Exception {
        Path dovecot = PeerProgram.find("dovecot");
        Files.createDirectories(directory);
        int port = PeerProgram.freePort();
        String[] id = {
            PeerProgram.run("id", "-u", PeerProgram.USER).strip(),
            PeerProgram.run("id", "-g", PeerProgram.USER).strip()
        };
        Files.writeString(directory.resolve("dovecot.conf"), """
                base_dir = DIR/run
                state_dir = DIR/state
                log_path = DIR/log
                protocols = lmtp
                listen = 127.0.0.1
                ssl = no
                default_internal_user = USER
                default_internal_group = GROUP
                default_login_user = USER
                mail_location = maildir:DIR/mail/%u
                first_valid_uid = 0
                mail_uid = USER
                mail_gid = GROUP
                auth_mechanisms = plain login
                passdb {
                  driver = passwd-file
                  args = DIR/passwords
                }
                userdb {
                  driver = passwd-file
                  args = DIR/users
                }
                service lmtp {
                  chroot =
                  inet_listener lmtp {
                    port = PORT
                  }
                  unix_listener DIR/lmtp {
                    mode = 0666
                  }
                }
                service auth {
                  chroot =
                  unix_listener DIR/auth {
                    mode = 0666
                  }
                }
                service anvil {
                  chroot =
                }
                service stats {
                  chroot =
                }
                """.replace("USER", PeerProgram.USER)
                .replace("GROUP", PeerProgram.group())
                .replace("PORT", Integer.toString(port))
                .replace("DIR", directory.toString()));
        Files.writeString(
                directory.resolve("users"),
                "bob@there.example::" + id[0] + ":" + id[1] + "::" + directory + "/mail::\n");
        Files.writeString(directory.resolve("passwords"), "ann:{PLAIN}secret\n");
        return new DovecotServer(
                directory,
                PeerProgram.startAsUser(
                        directory,
                        port,
                        dovecot.toString(),
                        "-F",
                        "-c",
                        directory.resolve("dovecot.conf").toString()));
    }

    int port() {
        return program.port();
    }

    Path socket() {
        return directory.resolve("lmtp");
    }

    Path authenticationSocket() {
        return directory.resolve("auth");
    }

    /** The next message in Bob's mailbox. */
    String delivered() {
        return await().atMost(PeerProgram.LIMIT).until(this::firstNew, text -> text != null);
    }

    private @Nullable String firstNew() {
        Path mailbox = directory.resolve("mail/bob@there.example/new");
        return Files.isDirectory(mailbox) ? PeerProgram.read(mailbox, "") : null;
    }

    @Override
    public void close() {
        program.close();
    }
}
