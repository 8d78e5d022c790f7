// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.EnhancedStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay that listens at 127.0.0.1, and looks up domains without MX records that are named after their address. */
class MxLookupTest {
    private static final int PORT = 2525;
    private static final InetSocketAddress LISTENER = new InetSocketAddress("127.0.0.1", PORT);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "[127.0.0.1]", "[0.0.0.0]", "[IPv6:::]"})
    void anAddressWhereTheRelayListensIsALoop(String domain) throws Exception {
        assertThat(route(domain, PORT))
                .isInstanceOfSatisfying(
                        MailRoute.Failure.class,
                        failure -> assertThat(failure.status()).isEqualTo(new EnhancedStatus(5, 4, 6)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "[127.0.0.2]", "[IPv6:::1]"})
    void anotherAddressOfThisMachineIsNot(String domain) throws Exception {
        assertThat(route(domain, PORT)).isInstanceOf(MailRoute.ToHosts.class);
    }

    @Test
    void anotherPortIsNotALoop() throws Exception {
        assertThat(route("127.0.0.1", 25)).isInstanceOf(MailRoute.ToHosts.class);
        assertThat(route("[127.0.0.1]", 25)).isInstanceOf(MailRoute.ToHosts.class);
    }

    @Test
    void aLiteralThatIsNoInternetAddressIsReturned() throws Exception {
        assertThat(route("[x25:1234]", 25))
                .isInstanceOfSatisfying(
                        MailRoute.Failure.class,
                        failure -> assertThat(failure.isPermanent()).isTrue());
    }

    private static MailRoute route(String domain, int mxPort) throws Exception {
        var own = new OwnHosts("relay.example", Set.of(LISTENER));
        return new MxLookup(new AddressesAsNames(), own, mxPort, TlsLevel.NONE)
                .route(domain)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static final class AddressesAsNames implements NameService {
        @Override
        public CompletionStage<Answer<String>> texts(String name) {
            return CompletableFuture.completedStage(Answer.none(Status.NO_RECORD, ""));
        }

        @Override
        public CompletionStage<Answer<Mx>> mx(String domain) {
            return CompletableFuture.completedStage(Answer.none(Status.NO_RECORD, ""));
        }

        @Override
        public CompletionStage<Answer<InetAddress>> addresses(String host) {
            try {
                return CompletableFuture.completedStage(Answer.of(List.of(InetAddress.getByName(host))));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
