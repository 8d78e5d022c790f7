// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.reply.SessionStep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClientTimeoutsTest {
    @Test
    void aLimitShortensTheLongerTimesOnly() {
        ClientTimeouts limited = ClientTimeouts.RFC_5321.atMost(Duration.ofMinutes(2));

        assertThat(limited.of(SessionStep.CONNECT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(limited.of(SessionStep.BANNER)).isEqualTo(Duration.ofMinutes(2));
        assertThat(limited.of(SessionStep.RCPT)).isEqualTo(Duration.ofMinutes(2));
        assertThat(limited.of(SessionStep.DATA)).isEqualTo(Duration.ofMinutes(2));
        assertThat(limited.block()).isEqualTo(Duration.ofMinutes(2));
        assertThat(limited.of(SessionStep.MESSAGE)).isEqualTo(Duration.ofMinutes(2));
    }
}
