// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS between a relay and its broker. */
@Timeout(60)
class BrokerTlsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String KEY_PASSWORD = "changeit";

    @TempDir
    Path directory;

    /** A broker whose certificate, by this authority, has this name. */
    private EmbeddedBroker broker(TestAuthority authority, String name) throws Exception {
        TestAuthority.Issued issued = authority.issue(name);
        Path keys = directory.resolve("broker.p12");
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("broker", issued.key(), KEY_PASSWORD.toCharArray(), new Certificate[] {
            issued.certificate(), issued.authority()
        });
        try (OutputStream out = Files.newOutputStream(keys)) {
            store.store(out, KEY_PASSWORD.toCharArray());
        }
        return new EmbeddedBroker(
                directory.resolve("broker"),
                "?protocols=CORE;sslEnabled=true;keyStoreType=PKCS12;keyStorePath=" + keys + ";keyStorePassword="
                        + KEY_PASSWORD);
    }

    private SharedQueueSettings relay(EmbeddedBroker broker, TestAuthority trusted) throws Exception {
        Path authorities = directory.resolve("authorities.pem");
        trusted.writePem(authorities);
        return SharedQueueSettings.at(List.of("tcp://localhost:" + broker.port()), directory.resolve("queue"))
                .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD))
                .withTls(new SharedQueueSettings.Tls(authorities));
    }

    @Test
    void aRelayConnectsToABrokerWhoseAuthorityItTrusts() throws Exception {
        var authority = new TestAuthority("authority");
        try (EmbeddedBroker broker = broker(authority, "localhost");
                SharedQueue queue = new ArtemisQueueProvider().open(relay(broker, authority))) {
            await().atMost(LIMIT).until(() -> queue.obstacle() == null);
        }
    }

    @Test
    void aBrokerOfAnotherAuthorityIsNotTrusted() throws Exception {
        try (EmbeddedBroker broker = broker(new TestAuthority("other"), "localhost")) {
            assertRefused(relay(broker, new TestAuthority("authority")), "unable to find valid certification path");
        }
    }

    @Test
    void aBrokerWithAnotherNameIsNotTrusted() throws Exception {
        var authority = new TestAuthority("authority");
        try (EmbeddedBroker broker = broker(authority, "other.example")) {
            assertRefused(relay(broker, authority), "No subject alternative DNS name matching localhost found");
        }
    }

    private static void assertRefused(SharedQueueSettings settings, String reason) throws Exception {
        try (var log = new LogOf(BrokerSender.class);
                SharedQueue queue = new ArtemisQueueProvider().open(settings)) {
            await().atMost(LIMIT).until(() -> log.lines().size() >= 2);
            assertThat(log.lines())
                    .as("one line for each of the two connections")
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("WARN queue=send")
                            .contains("TLS failed: ", reason)
                            .doesNotContain("\n"));
            assertThat(queue.obstacle()).isNotNull();
        }
    }
}
