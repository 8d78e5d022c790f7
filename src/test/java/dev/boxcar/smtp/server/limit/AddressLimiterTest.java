// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Client addresses are distinguished, counted and forgotten. */
class AddressLimiterTest {
    private static InetAddress address(String text) {
        return Objects.requireNonNull(IpAddressText.parse(text), text);
    }

    @Test
    void countsConnectionsPerAddress() {
        var origins = new AddressLimiter(Access.DEFAULTS.withConnectionsPerAddress(2));
        assertThat(origins.admit(address("192.0.2.1"))).isTrue();
        assertThat(origins.admit(address("192.0.2.1"))).isTrue();
        assertThat(origins.admit(address("192.0.2.1"))).isFalse();
        assertThat(origins.isFull(address("192.0.2.1"))).isTrue();
        assertThat(origins.admit(address("192.0.2.2"))).isTrue();
        origins.release(address("192.0.2.1"));
        assertThat(origins.admit(address("192.0.2.1"))).isTrue();
    }

    @Test
    void treatsAnIpv6NetworkOf64BitsAsOneAddress() {
        var origins = new AddressLimiter(Access.DEFAULTS.withConnectionsPerAddress(1));
        assertThat(origins.admit(address("2001:db8::1"))).isTrue();
        assertThat(origins.admit(address("2001:db8::ffff:2"))).isFalse();
        assertThat(origins.admit(address("2001:db8:0:1::1"))).isTrue();
    }

    @Test
    void doesNotLimitClientsWithoutAddress() {
        var origins = new AddressLimiter(Access.DEFAULTS
                .withConnectionsPerAddress(1)
                .withMessagesPerMinute(1)
                .withRecipientsPerMinute(1));
        for (int i = 0; i < 3; i++) {
            assertThat(origins.admit(null)).isTrue();
            assertThat(origins.takeMessage(null, 0)).isTrue();
            assertThat(origins.takeRecipient(null, 0)).isTrue();
        }
    }

    @Test
    void forgetsAnAddressWithoutConnections() {
        var origins = new AddressLimiter(Access.DEFAULTS.withConnectionsPerAddress(1));
        origins.admit(address("192.0.2.1"));
        assertThat(origins.connected()).isEqualTo(1);
        origins.release(address("192.0.2.1"));
        assertThat(origins.connected()).isZero();
    }

    @Test
    void aRateRefillsWithinAMinuteUpToItsLimit() {
        var origins = new AddressLimiter(Access.DEFAULTS.withMessagesPerMinute(3));
        InetAddress address = address("192.0.2.1");
        assertThat(taken(origins, address, 0)).isEqualTo(3);
        assertThat(taken(origins, address, TimeUnit.SECONDS.toNanos(21))).isEqualTo(1);
        assertThat(taken(origins, address, TimeUnit.HOURS.toNanos(1))).isEqualTo(3);
    }

    private static int taken(AddressLimiter origins, InetAddress address, long nowNanos) {
        int taken = 0;
        while (taken < 100 && origins.takeMessage(address, nowNanos)) {
            taken++;
        }
        return taken;
    }

    @Test
    void boundsTheTableAndDropsTheLeastRecentlySeenAddress() throws UnknownHostException {
        var origins = new AddressLimiter(Access.DEFAULTS.withMessagesPerMinute(1));
        InetAddress first = address("10.0.0.0");
        InetAddress second = address("10.0.0.1");
        for (int i = 0; i < AddressLimiter.MAX_REMEMBERED; i++) {
            origins.takeMessage(InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i}), 0);
        }
        assertThat(origins.takeMessage(first, 0)).as("remembered").isFalse();
        origins.takeMessage(address("11.0.0.0"), 0);
        assertThat(origins.remembered()).isEqualTo(AddressLimiter.MAX_REMEMBERED);
        assertThat(origins.takeMessage(first, 0)).as("heard of lately").isFalse();
        assertThat(origins.takeMessage(second, 0)).as("forgotten").isTrue();
    }
}
