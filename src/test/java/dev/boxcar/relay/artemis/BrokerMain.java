// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;

/**
 * A broker in a process of its own: {@code alone|primary|backup|replicating|replica DIRECTORY PORT OTHER-PORT}. It
 * prints {@code started} when it is ready. The word {@code full} on its standard input fills its disk, as far as it
 * knows, and {@code room} makes room again. SIGTERM ends it in order.
 */
public final class BrokerMain {
    private static final long POLL_MILLIS = 50;

    private BrokerMain() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        int other = Integer.parseInt(arguments[3]);
        Configuration configuration = switch (arguments[0]) {
            case "primary" -> BrokerSetup.primary(directory, port, other);
            case "backup" -> BrokerSetup.backup(directory, port, other);
            case "replicating" -> BrokerSetup.replicating(directory, port, other);
            case "replica" -> BrokerSetup.replica(directory, port, other);
            default -> BrokerSetup.alone(directory, port);
        };
        EmbeddedActiveMQ broker = BrokerSetup.start(configuration);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker)));
        if (arguments[0].startsWith("replica")) {
            awaitCopy(broker.getActiveMQServer());
        }
        System.out.println("started");
        obey((ActiveMQServerImpl) broker.getActiveMQServer());
    }

    /** Waits until the broker is the live one, or has a copy of everything that the live one has. */
    private static void awaitCopy(ActiveMQServer broker) throws InterruptedException {
        while (!broker.isActive() && !broker.isReplicaSync()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static void obey(ActiveMQServerImpl broker) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            broker.getMonitor().setMaxUsage(line.equals("full") ? 0 : 1);
        }
        Thread.currentThread().join();
    }

    private static void stop(EmbeddedActiveMQ broker) {
        try {
            broker.stop();
        } catch (Exception e) { // the broker declares no narrower type
            throw new IllegalStateException(e);
        }
    }
}
