// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.ha.DistributedLockManagerConfiguration;
import org.apache.activemq.artemis.core.config.ha.ReplicationBackupPolicyConfiguration;
import org.apache.activemq.artemis.core.config.ha.ReplicationPrimaryPolicyConfiguration;
import org.apache.activemq.artemis.core.config.ha.SharedStorePrimaryPolicyConfiguration;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/** Brokers that are configured by conf/artemis/broker.xml but for their directories, ports and partners. */
final class BrokerSetup {
    static final String USER = "relay";
    static final String PASSWORD = "secret";
    private static final int DISK_SCAN_MILLIS = 250;

    private BrokerSetup() {}

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** One broker. */
    static Configuration alone(Path directory, int port) throws Exception {
        return read(directory, port, text -> text);
    }

    /** The broker of a pair that is live first. */
    static Configuration primary(Path directory, int port, int otherPort) throws Exception {
        Configuration configuration = read(directory, port, text -> paired(text, port, otherPort));
        ((SharedStorePrimaryPolicyConfiguration) configuration.getHAPolicyConfiguration()).setWaitForActivation(false);
        return configuration;
    }

    /** The broker of a pair that waits for the store. */
    static Configuration backup(Path directory, int port, int otherPort) throws Exception {
        return read(
                directory,
                port,
                text -> paired(text, port, otherPort)
                        .replace("<primary>", "<backup><allow-failback>false</allow-failback>")
                        .replace("</primary>", "</backup>"));
    }

    /** Does what conf/artemis/broker.xml says about a pair. */
    private static String paired(String text, int port, int otherPort) {
        return text.replace("<!-- start of the pair\n", "")
                .replace("end of the pair -->\n", "")
                .replace("broker1.example:61616", "127.0.0.1:" + port)
                .replace("broker2.example:61616", "127.0.0.1:" + otherPort);
    }

    private static Configuration read(Path directory, int port, UnaryOperator<String> change) throws Exception {
        Path original = Path.of(System.getProperty("boxcar.project", ""), "conf/artemis/broker.xml");
        Path changed = Files.createDirectories(directory).resolve("broker-" + port + ".xml");
        Files.writeString(changed, change.apply(Files.readString(original)));
        var configuration = new FileConfiguration();
        var files = new FileDeploymentManager(changed.toUri().toString());
        files.addDeployable(configuration).readConfiguration();
        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalDirectory(directory.resolve("journal").toString());
        configuration.setBindingsDirectory(directory.resolve("bindings").toString());
        configuration.setLargeMessagesDirectory(directory.resolve("large").toString());
        configuration.setPagingDirectory(directory.resolve("paging").toString());
        configuration.setNodeManagerLockDirectory(directory.resolve("journal").toString());
        configuration.setMaxDiskUsage(100);
        configuration.setDiskScanPeriod(DISK_SCAN_MILLIS);
        configuration.clearAcceptorConfigurations();
        configuration.addAcceptorConfiguration("relays", "tcp://127.0.0.1:" + port + "?protocols=CORE");
        return configuration;
    }

    /**
     * The broker of a replicated pair that is live first. Each has files of its own; which is live, they agree by a
     * lock in a directory beside them. The class for that is in Artemis's distribution, not in a library.
     */
    static Configuration replicating(Path directory, int port, int otherPort) throws Exception {
        Configuration configuration = read(directory, port, text -> paired(text, port, otherPort));
        configuration.setHAPolicyConfiguration(ReplicationPrimaryPolicyConfiguration.withDefault()
                .setDistributedManagerConfiguration(locks(directory)));
        return configuration;
    }

    /** The broker of a replicated pair that has a copy. */
    static Configuration replica(Path directory, int port, int otherPort) throws Exception {
        Configuration configuration = read(directory, port, text -> paired(text, port, otherPort));
        configuration.setHAPolicyConfiguration(ReplicationBackupPolicyConfiguration.withDefault()
                .setAllowFailBack(false)
                .setDistributedManagerConfiguration(locks(directory)));
        return configuration;
    }

    private static DistributedLockManagerConfiguration locks(Path directory) throws IOException {
        Path locks = Files.createDirectories(directory.resolveSibling("locks"));
        return new DistributedLockManagerConfiguration(
                "org.apache.activemq.artemis.lockmanager.file.FileBasedLockManager",
                Map.of("locks-folder", locks.toString()));
    }

    /** Where Artemis's distribution is, by {@code -Dboxcar.artemis=DIRECTORY}; null if it is not given. */
    static @Nullable Path home() {
        String home = System.getProperty("boxcar.artemis");
        return home == null ? null : Path.of(home).toAbsolutePath();
    }

    /** Starts a broker in this process, whose only user is {@link #USER}. */
    static EmbeddedActiveMQ start(Configuration configuration) throws Exception {
        var users = new SecurityConfiguration();
        users.addUser(USER, PASSWORD);
        users.addRole(USER, "boxcar");
        var started = new EmbeddedActiveMQ();
        started.setConfiguration(configuration);
        started.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        started.start();
        return started;
    }
}
