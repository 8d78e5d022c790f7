// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Mx;
import dev.boxcar.relay.route.NameService.Status;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class DnsNameServiceTest {
    private static final int TTL = 300;

    @Test
    void anMxRecordOfTheRootHasNoHost() throws Exception {
        try (var server = new OneNameServer(Name.root)) {
            assertThat(result(server.client().mx("there.example")).values()).containsExactly(new Mx(0, ""));
        }
    }

    @Test
    void hostsAreInLowerCaseWithoutTheDotAtTheEnd() throws Exception {
        try (var server = new OneNameServer(Name.fromString("MX.There.Example."))) {
            assertThat(result(server.client().mx("there.example")).values())
                    .containsExactly(new Mx(0, "mx.there.example"));
        }
    }

    @Test
    void aNameThatDoesNotExistIsToldFromAServerThatFails() throws Exception {
        try (var server = new OneNameServer(Name.root)) {
            NameService names = server.client();

            assertThat(result(names.mx("nosuch.example")).status()).isEqualTo(Status.NO_SUCH_NAME);
            assertThat(result(names.mx("broken.example")).status()).isEqualTo(Status.FAILED);
        }
    }

    @Test
    void anAliasIsFollowed() throws Exception {
        try (var server = new OneNameServer(Name.fromString("mx.there.example."))) {
            assertThat(result(server.client().mx("alias.example")).values())
                    .containsExactly(new Mx(0, "mx.there.example"));
        }
    }

    @Test
    void anAnswerIsAskedForOnceWithinItsTimeToLive() throws Exception {
        try (var server = new OneNameServer(Name.fromString("mx.there.example."))) {
            NameService names = server.client();
            for (int i = 0; i < 5; i++) {
                assertThat(result(names.mx("there.example")).values()).hasSize(1);
            }

            assertThat(server.queries.get()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerIsAskedForAgainAfterItsTimeToLive() throws Exception {
        try (var server = new OneNameServer(Name.fromString("mx.there.example."))) {
            NameService names = server.client();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                assertThat(result(names.mx("brief.example")).values()).hasSize(1);
                return server.queries.get() > 1;
            });
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsAFailureAndNotAMissingName() throws Exception {
        try (var server = new OneNameServer(Name.root)) {
            Answer<Mx> answer =
                    server.client().mx("silent.example").toCompletableFuture().get(80, TimeUnit.SECONDS);

            assertThat(answer.status()).isEqualTo(Status.FAILED);
        }
    }

    private static <T> Answer<T> result(CompletionStage<Answer<T>> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Knows an MX record of {@code there.example}, fails for {@code broken.example}, and knows no other name. */
    private static final class OneNameServer implements AutoCloseable {
        private static final Name THERE = Name.fromConstantString("there.example.");
        private static final Name ALIAS = Name.fromConstantString("alias.example.");
        private static final Name BRIEF = Name.fromConstantString("brief.example.");
        private static final Name SILENT = Name.fromConstantString("silent.example.");
        private static final Name BROKEN = Name.fromConstantString("broken.example.");

        final AtomicInteger queries = new AtomicInteger();
        private final DatagramSocket socket;
        private final Name exchange;
        private final Thread thread;

        OneNameServer(Name exchange) throws IOException {
            this.exchange = exchange;
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            thread = new Thread(this::serve, "name-server");
            thread.start();
        }

        NameService client() {
            return DnsNameService.of(List.of(new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort())));
        }

        private void serve() {
            var packet = new DatagramPacket(new byte[4096], 4096);
            try {
                while (!socket.isClosed()) {
                    socket.receive(packet);
                    queries.incrementAndGet();
                    var query = new Message(packet.getData());
                    if (query.getQuestion().getName().equals(SILENT)) {
                        continue;
                    }
                    byte[] answer = answer(query).toWire();
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                assertThat(socket.isClosed()).isTrue();
            }
        }

        private Message answer(Message query) {
            Record question = query.getQuestion();
            var answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(question, Section.QUESTION);
            if (question.getName().equals(ALIAS)) {
                answer.addRecord(new CNAMERecord(ALIAS, DClass.IN, TTL, THERE), Section.ANSWER);
                answer.addRecord(new MXRecord(THERE, DClass.IN, TTL, 0, exchange), Section.ANSWER);
            } else if (question.getName().equals(BRIEF)) {
                answer.addRecord(new MXRecord(BRIEF, DClass.IN, 1, 0, exchange), Section.ANSWER);
            } else if (question.getName().equals(THERE)) {
                answer.addRecord(new MXRecord(THERE, DClass.IN, TTL, 0, exchange), Section.ANSWER);
            } else {
                answer.getHeader().setRcode(question.getName().equals(BROKEN) ? Rcode.SERVFAIL : Rcode.NXDOMAIN);
            }
            return answer;
        }

        @Override
        public void close() throws InterruptedException {
            socket.close();
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
    }
}
