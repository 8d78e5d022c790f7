// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is logged while there is no connection. */
class ConnectionLogTest {
    private static IOException refused(int clientPort) {
        return new IOException("broker:61616: AMQ229031: Unable to validate user from 192.0.2.1:" + clientPort);
    }

    @Test
    void aReasonIsLoggedOnceAlthoughEachAttemptComesFromAnotherPort() {
        try (var lines = new LogOf(ConnectionLogTest.class)) {
            var log = new ConnectionLog(LoggerFactory.getLogger(ConnectionLogTest.class), "send");
            log.failed(refused(50_001));
            log.failed(refused(50_002));
            assertThat(lines.lines()).hasSize(1);

            log.failed(new IOException("broker:61616: AMQ219007: Cannot connect to server(s)"));
            assertThat(lines.lines()).hasSize(2);
        }
    }
}
