// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.ClientThreads;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BrokerSettingsCheckTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final BrokerSettingsCheck check = new BrokerSettingsCheck();

    private static AddressSettings settings(Configuration configuration) {
        return Objects.requireNonNull(configuration.getAddressSettings().get("boxcar.#"));
    }

    private EmbeddedBroker broker(EmbeddedBroker.Change change) throws Exception {
        return new EmbeddedBroker(directory.resolve("broker"), change);
    }

    private SharedQueueSettings relay(EmbeddedBroker broker) {
        return SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD));
    }

    private void runTwice(EmbeddedBroker broker) throws Exception {
        SharedQueueSettings settings = relay(broker);
        var threads = new ClientThreads();
        try (BrokerConnection connection =
                BrokerConnection.open(BrokerConnection.transports(settings), settings, threads)) {
            check.run(connection);
            check.run(connection);
        } finally {
            threads.close();
        }
    }

    @Test
    void theSettingsOfOurBrokerAreRight() throws Exception {
        try (EmbeddedBroker broker = broker(configuration -> {});
                var log = new LogOf(BrokerSettingsCheck.class)) {
            runTwice(broker);
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void aBrokerThatDropsMailGetsOneWarning() throws Exception {
        try (EmbeddedBroker broker = broker(configuration -> settings(configuration)
                        .setMaxDeliveryAttempts(10)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP));
                var log = new LogOf(BrokerSettingsCheck.class)) {
            runTwice(broker);
            assertThat(log.lines())
                    .containsExactly("WARN queue=boxcar.relay the broker may drop mail: "
                            + "max-delivery-attempts is 10 and must be -1; address-full-policy is DROP and must be PAGE "
                            + "(address-setting of boxcar.# in broker.xml)");
        }
    }

    @Test
    void aBrokerThatDoesNotShowItsSettingsOrLetItsQueueBeChangedIsMentionedOnce() throws Exception {
        try (EmbeddedBroker broker = broker(configuration ->
                        configuration.getSecurityRoles().keySet().removeIf(match -> match.startsWith("mops.")));
                var log = new LogOf(BrokerSettingsCheck.class)) {
            runTwice(broker);
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(1))
                    .startsWith("WARN queue=boxcar.relay operators cannot change the queue "
                            + "(security-setting of mops.queue.boxcar.# in broker.xml): ");
            assertThat(log.lines().get(0))
                    .startsWith("INFO queue=boxcar.relay the settings of the broker cannot be read, "
                            + "so this relay does not check that max-delivery-attempts is -1: ");
        }
    }

    @Test
    void aRelayChecksTheBrokerWhenItStarts() throws Exception {
        try (EmbeddedBroker broker =
                        broker(configuration -> settings(configuration).setMaxDeliveryAttempts(3));
                var log = new LogOf(BrokerSettingsCheck.class);
                SharedQueue queue = new ArtemisQueueProvider().open(relay(broker))) {
            await().atMost(LIMIT).until(() -> !log.lines().isEmpty());
            assertThat(log.lines().get(0)).contains("max-delivery-attempts is 3 and must be -1");
        }
    }
}
