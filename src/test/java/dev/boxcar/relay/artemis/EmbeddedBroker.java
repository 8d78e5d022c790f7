// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** A broker in this process, configured by conf/artemis/broker.xml. */
public final class EmbeddedBroker implements AutoCloseable {
    /** Changes the settings of conf/artemis/broker.xml. */
    interface Change {
        void apply(Configuration configuration) throws Exception;
    }

    private final Path directory;
    private final Change change;
    private final int port;
    private EmbeddedActiveMQ broker;

    /** Starts a broker that keeps its files in this directory. */
    public EmbeddedBroker(Path directory) throws Exception {
        this(directory, configuration -> {});
    }

    /** Starts a broker with other settings. */
    EmbeddedBroker(Path directory, Change change) throws Exception {
        this.directory = directory;
        this.change = change;
        this.port = BrokerSetup.freePort();
        this.broker = start();
    }

    /** Starts a broker whose acceptor has these parameters. */
    EmbeddedBroker(Path directory, String parameters) throws Exception {
        this.directory = directory;
        this.port = BrokerSetup.freePort();
        this.change = configuration -> {
            configuration.clearAcceptorConfigurations();
            configuration.addAcceptorConfiguration("relays", "tcp://127.0.0.1:" + port + parameters);
        };
        this.broker = start();
    }

    private EmbeddedActiveMQ start() throws Exception {
        Configuration configuration = BrokerSetup.alone(directory, port);
        change.apply(configuration);
        return BrokerSetup.start(configuration);
    }

    /** The port of its address. */
    int port() {
        return port;
    }

    /** Its address. */
    public List<String> addresses() {
        return List.of("tcp://127.0.0.1:" + port);
    }

    /** How many messages a queue of the broker has. */
    public long count(String queue) {
        Queue found = broker.getActiveMQServer().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    /** Stops it. */
    public void stop() throws Exception {
        broker.stop();
    }

    /** Starts it again, with the same files and port. */
    public void startAgain() throws Exception {
        broker = start();
    }

    @Override
    public void close() throws Exception {
        broker.stop();
    }
}
