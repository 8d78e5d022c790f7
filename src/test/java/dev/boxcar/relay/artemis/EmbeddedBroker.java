// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** A broker in this process, configured by conf/artemis/broker.xml. */
public final class EmbeddedBroker implements AutoCloseable {
    private final Path directory;
    private final int port;
    private EmbeddedActiveMQ broker;

    /** Starts a broker that keeps its files in this directory. */
    public EmbeddedBroker(Path directory) throws Exception {
        this.directory = directory;
        this.port = BrokerSetup.freePort();
        this.broker = BrokerSetup.start(BrokerSetup.alone(directory, port));
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
        broker = BrokerSetup.start(BrokerSetup.alone(directory, port));
    }

    @Override
    public void close() throws Exception {
        broker.stop();
    }
}
