// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Postfix with a durable queue of its own: smtpd, cleanup and queue manager. Its deliveries go to the discard service,
 * so that it acts as a sink.
 */
final class PostfixPeer {
    private PostfixPeer() {}

    static Peer make(Path directory) throws IOException {
        if (!Files.isExecutable(Path.of("/usr/sbin/postfix"))) {
            return Peer.absent("postfix", "not installed: apt install postfix");
        }
        if (!System.getProperty("user.name").equals("root")) {
            return Peer.absent("postfix", "needs root");
        }
        Path etc = Files.createDirectories(directory.resolve("etc"));
        Path queue = Files.createDirectories(directory.resolve("queue"));
        Path data = Files.createDirectories(directory.resolve("data"));
        Peer.succeeds("chown", "postfix", data.toString());
        Files.writeString(
                etc.resolve("main.cf.in"),
                String.join(
                        "\n",
                        List.of(
                                "compatibility_level = 3.6",
                                "queue_directory = " + queue,
                                "data_directory = " + data,
                                "mail_owner = postfix",
                                "setgid_group = postdrop",
                                "myhostname = bench.example",
                                "mydestination =",
                                "inet_interfaces = @address@",
                                "inet_protocols = ipv4",
                                "mynetworks = 127.0.0.0/8",
                                "smtpd_relay_restrictions = permit_mynetworks, reject",
                                "smtpd_client_connection_count_limit = 0",
                                "smtpd_recipient_limit = 20000",
                                "message_size_limit = 104857600",
                                "default_process_limit = 250",
                                "in_flow_delay = 0",
                                "maillog_file =",
                                "syslog_facility = mail",
                                "default_transport = discard:",
                                "local_transport = discard:",
                                "alias_maps =",
                                "alias_database =",
                                "")));
        Files.writeString(
                etc.resolve("master.cf.in"),
                String.join(
                        "\n",
                        List.of(
                                "@number@ inet n - n - - smtpd",
                                "cleanup unix n - n - 0 cleanup",
                                "qmgr unix n - n 300 1 qmgr",
                                "rewrite unix - - n - - trivial-rewrite",
                                "bounce unix - - n - 0 bounce",
                                "defer unix - - n - 0 bounce",
                                "trace unix - - n - 0 bounce",
                                "discard unix - - n - - discard",
                                "error unix - - n - - error",
                                "anvil unix - - n - 1 anvil",
                                "proxymap unix - - n - - proxymap",
                                "")));
        String start = "cd " + etc
                + " && for f in main master; do sed 's/@address@/'$0'/; s/@number@/'$1'/' $f.cf.in > $f.cf; done"
                + " && exec /usr/sbin/postfix -c " + etc + " start-fg";
        return new Peer("postfix", "", List.of("bash", "-c", start, "HOST", "PORT"), false);
    }
}
