// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.Configuration;

/** A broker in a process of its own: {@code alone|primary|backup DIRECTORY PORT OTHER-PORT}. */
public final class BrokerMain {
    private BrokerMain() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        int other = Integer.parseInt(arguments[3]);
        Configuration configuration = switch (arguments[0]) {
            case "primary" -> BrokerSetup.primary(directory, port, other);
            case "backup" -> BrokerSetup.backup(directory, port, other);
            default -> BrokerSetup.alone(directory, port);
        };
        BrokerSetup.start(configuration);
        System.out.println("started");
        new CountDownLatch(1).await();
    }
}
