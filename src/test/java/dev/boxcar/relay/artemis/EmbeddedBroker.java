// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** A broker in this process, configured by conf/artemis/broker.xml but for its directories and its port. */
final class EmbeddedBroker implements AutoCloseable {
    static final String USER = "relay";
    static final String PASSWORD = "secret";

    private final Path directory;
    private final int port;
    private EmbeddedActiveMQ broker;

    EmbeddedBroker(Path directory) throws Exception {
        this.directory = directory;
        this.port = freePort();
        this.broker = start();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private EmbeddedActiveMQ start() throws Exception {
        var configuration = new FileConfiguration();
        var files = new FileDeploymentManager(
                Path.of("conf/artemis/broker.xml").toUri().toString());
        files.addDeployable(configuration).readConfiguration();
        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalDirectory(directory.resolve("journal").toString());
        configuration.setBindingsDirectory(directory.resolve("bindings").toString());
        configuration.setLargeMessagesDirectory(directory.resolve("large").toString());
        configuration.setPagingDirectory(directory.resolve("paging").toString());
        configuration.setMaxDiskUsage(100);
        configuration.clearAcceptorConfigurations();
        configuration.addAcceptorConfiguration("relays", "tcp://127.0.0.1:" + port + "?protocols=CORE");
        var users = new SecurityConfiguration();
        users.addUser(USER, PASSWORD);
        users.addRole(USER, "boxcar");
        var started = new EmbeddedActiveMQ();
        started.setConfiguration(configuration);
        started.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        started.start();
        return started;
    }

    String address() {
        return "tcp://127.0.0.1:" + port;
    }

    List<String> addresses() {
        return List.of(address());
    }

    /** How many messages a queue of the broker has. */
    long count(String queue) {
        Queue found = broker.getActiveMQServer().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    void stop() throws Exception {
        broker.stop();
    }

    void startAgain() throws Exception {
        broker = start();
    }

    @Override
    public void close() throws Exception {
        broker.stop();
    }
}
