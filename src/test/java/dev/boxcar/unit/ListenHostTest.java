// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a host and a port mean to a listener, without sockets: the ports of the second address are in use as told. */
class ListenHostTest {
    private static final class Ports implements ListenHost.Opener<InetSocketAddress> {
        final List<InetSocketAddress> open = new ArrayList<>();
        /** How many times the IPv6 loopback refuses. */
        int refusals;

        private int nextPort = 5001;

        Ports(int refusals) {
            this.refusals = refusals;
        }

        @Override
        public InetSocketAddress open(InetSocketAddress address) throws IOException {
            if (address.getAddress().getAddress().length > 4 && refusals-- > 0) {
                throw new BindException("Adresse wird bereits verwendet");
            }
            int port = address.getPort() == 0 ? nextPort++ : address.getPort();
            var bound = new InetSocketAddress(address.getAddress(), port);
            open.add(bound);
            return bound;
        }

        @Override
        public int port(InetSocketAddress listener) {
            return listener.getPort();
        }

        @Override
        public void close(InetSocketAddress listener) {
            open.remove(listener);
        }
    }

    private static void assumeIpv6() throws IOException {
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null, "no IPv6 here");
    }

    @Test
    void localhostIsBothLoopbacksWithOnePort() throws IOException {
        assumeIpv6();
        var ports = new Ports(0);
        List<InetSocketAddress> opened = ListenHost.open("localhost", 0, ports);
        assertThat(opened).extracting(AddressText::of).containsExactly("127.0.0.1:5001", "[::1]:5001");
        assertThat(ports.open).isEqualTo(opened);
    }

    @Test
    void aFreePortThatIsInUseAtTheOtherLoopbackIsGivenUpForAnother() throws IOException {
        assumeIpv6();
        var ports = new Ports(3);
        List<InetSocketAddress> opened = ListenHost.open("localhost", 0, ports);
        assertThat(opened).extracting(InetSocketAddress::getPort).containsExactly(5004, 5004);
        assertThat(ports.open).isEqualTo(opened); // the others were closed
    }

    @Test
    void thePortThatWasAskedForIsNotReplaced() throws IOException {
        assumeIpv6();
        var ports = new Ports(1);
        assertThatIOException()
                .isThrownBy(() -> ListenHost.open("localhost", 1025, ports))
                .withMessage("cannot listen on [::1]:1025: the port is in use");
        assertThat(ports.open).isEmpty();
    }

    @Test
    void theSearchForAPortEnds() throws IOException {
        assumeIpv6();
        var ports = new Ports(Integer.MAX_VALUE);
        assertThatIOException().isThrownBy(() -> ListenHost.open("localhost", 0, ports));
        assertThat(ports.open).isEmpty();
    }

    @Test
    void anAddressIsOneListener() throws IOException {
        assertThat(ListenHost.open("127.0.0.1", 25, new Ports(0)))
                .extracting(AddressText::of)
                .containsExactly("127.0.0.1:25");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> ListenHost.open("no such host", 25, new Ports(0)))
                .withMessage("cannot listen on no such host: no such host");
    }
}
