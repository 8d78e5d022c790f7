// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.ClientProtocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopSettingsTest {
    private static final HopSettings SETTINGS =
            HopSettings.DEFAULTS.withConnections(20).withMessagesPerMinute(600);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 20})
    void relaysTogetherOpenNoMoreConnectionsAndSendNoMoreThanOne(int relays) {
        HopSettings part = SETTINGS.dividedAmong(relays);
        assertThat(part.connections()).isPositive();
        assertThat(part.connections() * relays).isBetween(SETTINGS.connections() - relays + 1, SETTINGS.connections());
        assertThat(part.messagesPerMinute() * relays)
                .isBetween(SETTINGS.messagesPerMinute() - relays + 1, SETTINGS.messagesPerMinute());
    }

    @Test
    void eachOfManyRelaysKeepsOneConnectionAndOneMessagePerMinute() {
        HopSettings part = SETTINGS.dividedAmong(1_000);
        assertThat(part.connections()).isEqualTo(1);
        assertThat(part.messagesPerMinute()).isEqualTo(1);
    }

    @Test
    void noLimitPerMinuteStaysNoLimit() {
        assertThat(SETTINGS.withMessagesPerMinute(0).dividedAmong(4).messagesPerMinute())
                .isZero();
    }

    @Test
    void aNextHopIsDividedButKeepsItsNameAndServers() {
        var whole = new NextHop(
                "main",
                List.of(MailHost.of("mx.example", 25)),
                ClientProtocol.SMTP,
                TlsLevel.OPPORTUNISTIC,
                null,
                true,
                SETTINGS);
        NextHop part = whole.dividedAmong(4);
        assertThat(part).isEqualTo(whole.withSettings(SETTINGS.dividedAmong(4)));
        assertThat(part.settings().connections()).isEqualTo(5);
        assertThat(part.hasSameServersAs(whole)).isTrue();
        assertThat(whole.dividedAmong(1)).isSameAs(whole);
    }
}
