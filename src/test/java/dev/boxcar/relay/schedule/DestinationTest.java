// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.HostFailure;
import dev.boxcar.relay.delivery.HostFailure.Login;
import dev.boxcar.relay.delivery.RecipientOutcome;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.schedule.ConnectionFactory.Connection;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.spool.Ulid;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationTest {
    private static final int MESSAGES = 10;
    private static final EnhancedStatus REFUSED = new EnhancedStatus(4, 3, 2);

    private final Owner owner = new Owner();
    private final Destination destination = new Destination(
            new NextHop(
                    "there", List.of(MailHost.of("mx.example", 25)), ClientProtocol.SMTP, TlsLevel.NONE, null, false),
            RetrySchedule.DEFAULTS,
            owner);

    @Test
    void aServerThatServesOneConnectionAndRefusesTheOthersGetsAllMessagesOverThatOne() {
        for (int i = 0; i < MESSAGES; i++) {
            destination.add(request());
        }
        assertThat(owner.opened).hasSizeGreaterThan(2);
        FakeConnection served = owner.opened.get(0);
        answer(served);
        List<FakeConnection> others = List.copyOf(owner.opened.subList(1, owner.opened.size()));
        others.forEach(this::refuse);
        while (!served.requests.isEmpty()) {
            answer(served);
        }

        assertThat(owner.opened).hasSize(1 + others.size()); // no more were tried
        assertThat(owner.kinds).containsOnly(Kind.DELIVERED, Kind.DEFERRED).hasSize(MESSAGES);
        assertThat(owner.kinds).filteredOn(Kind.DEFERRED::equals).hasSize(others.size());
    }

    /** The password was changed: the connections of before serve, and each new one counts against the account. */
    @Test
    void aPasswordThatNewConnectionsAreRefusedForIsTriedLessAndLessOften() {
        for (int i = 0; i < 5 * MESSAGES; i++) {
            destination.add(request());
        }
        answer(owner.opened.get(0));
        refuseAllButTheFirst();
        owner.nowNanos += Duration.ofMinutes(1).toNanos();
        answer(owner.opened.get(0));
        int tried = refuseAllButTheFirst();
        owner.nowNanos += Duration.ofMinutes(1).toNanos();
        answer(owner.opened.get(0));
        assertThat(owner.opened).hasSize(tried);

        owner.nowNanos += Duration.ofMinutes(1).toNanos();
        answer(owner.opened.get(0));
        assertThat(owner.opened).hasSizeGreaterThan(tried);
        answer(owner.opened.get(tried)); // the password is right again
        assertThat(owner.opened).hasSizeGreaterThan(tried + 1);
    }

    /** Returns how many connections were opened until now. */
    private int refuseAllButTheFirst() {
        List<FakeConnection> others = owner.opened.stream()
                .skip(1)
                .filter(one -> !one.requests.isEmpty())
                .toList();
        assertThat(others).isNotEmpty();
        others.forEach(one -> refuse(one, Login.REFUSED));
        return owner.opened.size();
    }

    @Test
    void aServerThatRefusesAllConnectionsIsDead() {
        for (int i = 0; i < MESSAGES; i++) {
            destination.add(request());
        }
        for (int i = 0; i < owner.opened.size(); i++) {
            refuse(owner.opened.get(i));
        }

        assertThat(owner.opened).hasSizeLessThan(MESSAGES);
        assertThat(owner.kinds).containsOnly(Kind.DEFERRED).hasSize(MESSAGES);
    }

    /** Every further try counts against the account, which the provider may lock. */
    @Test
    void aRefusedPasswordIsNotTriedAgainForAWhile() {
        destination.add(request());
        refuse(owner.opened.get(0), Login.REFUSED);
        destination.add(request());

        assertThat(owner.opened).hasSize(1);
        assertThat(owner.kinds).containsExactly(Kind.DEFERRED, Kind.DEFERRED);
        assertThat(destination.isPaused()).isTrue();
        owner.nowNanos += Duration.ofMinutes(1).toNanos();
        assertThat(destination.isPaused()).isFalse();
        destination.add(request());
        assertThat(owner.opened).hasSize(2);
    }

    /** The server is busy, or the token cannot be had just now. */
    @Test
    void aLoginThatFailsForAWhileIsTriedAgainAtOnce() {
        destination.add(request());
        refuse(owner.opened.get(0), Login.FAILED);
        destination.add(request());

        assertThat(owner.opened).hasSize(2);
        assertThat(destination.isPaused()).isFalse();
    }

    @Test
    void noMoreThanTheConfiguredMessagesAreSentInAnyMinute() {
        var slow =
                new Destination(nextHop(HopSettings.DEFAULTS.withMessagesPerMinute(3)), RetrySchedule.DEFAULTS, owner);
        for (int i = 0; i < 5; i++) {
            slow.add(request());
            owner.nowNanos += Duration.ofSeconds(1).toNanos();
        }
        assertThat(owner.given()).isEqualTo(3);
        assertThat(owner.wakes).containsExactly(Duration.ofSeconds(57)); // the first was sent three seconds before

        owner.nowNanos = Duration.ofSeconds(60).toNanos();
        slow.rateAllowsMore();
        assertThat(owner.given()).isEqualTo(4);
        assertThat(owner.wakes).hasSize(2).last().isEqualTo(Duration.ofSeconds(1));
        owner.nowNanos = Duration.ofSeconds(61).toNanos();
        slow.rateAllowsMore();
        assertThat(owner.given()).isEqualTo(5);
        assertThat(slow.isPaused()).isTrue();
        owner.nowNanos = Duration.ofSeconds(121).toNanos();
        assertThat(slow.isPaused()).isFalse();
    }

    @Test
    void noMoreThanTheConfiguredConnectionsAreOpened() {
        var narrow = new Destination(nextHop(HopSettings.DEFAULTS.withConnections(2)), RetrySchedule.DEFAULTS, owner);
        for (int i = 0; i < MESSAGES; i++) {
            narrow.add(request());
        }
        assertThat(owner.opened).hasSize(2);
    }

    @Test
    void newMessagesDoNotOvertakePostponedOnesForGood() {
        destination.add(request());
        while (!destination.isFull(0, Integer.MAX_VALUE, false)) {
            destination.add(request());
        }
        var old = new QueueEntry(new Ulid(1, 2), 0);
        destination.postpone(old);
        while (owner.offersOfRoom == 0) {
            assertThat(destination.isFull(0, Integer.MAX_VALUE, false)).isTrue();
            answer(owner.opened.stream()
                    .filter(one -> !one.requests.isEmpty())
                    .findFirst()
                    .orElseThrow());
        }
        assertThat(destination.waiting()).isPositive();

        assertThat(destination.takePostponed()).containsExactly(old);
        destination.postpone(new QueueEntry(new Ulid(1, 3), 0));
        destination.add(request());
        assertThat(destination.isFull(0, Integer.MAX_VALUE, old.goesFirst))
                .as("for one that has waited")
                .isFalse();
        assertThat(destination.isFull(0, Integer.MAX_VALUE, false))
                .as("for a new one")
                .isTrue();
        assertThat(destination.isFull(1, Integer.MAX_VALUE, false))
                .as("for an urgent one")
                .isFalse();
    }

    private void postpone(int messages) {
        for (int i = 0; i < messages; i++) {
            destination.postpone(new QueueEntry(new Ulid(1, i), 0));
        }
    }

    /** Nothing would ask for the others before the pause is over and new mail has come. */
    @Test
    void aDestinationThatDiesGivesBackAllPostponedMessages() {
        destination.add(request());
        postpone(1_000);
        refuse(owner.opened.get(0), Login.REFUSED);

        assertThat(owner.offersOfRoom).isPositive();
        assertThat(destination.takePostponed()).hasSize(1_000);
        assertThat(destination.isIdle()).isTrue();
    }

    /** The messages that it offers may go elsewhere by another configuration, and then nothing happens here. */
    @Test
    void aDestinationWithoutConnectionsGivesBackAllPostponedMessages() {
        destination.add(request());
        postpone(1_500);
        FakeConnection only = owner.opened.get(0);
        answer(only);
        assertThat(destination.takePostponed()).hasSize(500);
        owner.offersOfRoom = 0;
        destination.ended(only, null);

        assertThat(owner.offersOfRoom).isPositive();
        assertThat(destination.takePostponed()).hasSize(1_000);
        assertThat(destination.isIdle()).isTrue();
    }

    private static NextHop nextHop(HopSettings settings) {
        return new NextHop(
                "there",
                List.of(MailHost.of("mx.example", 25)),
                ClientProtocol.SMTP,
                TlsLevel.NONE,
                null,
                false,
                settings);
    }

    private void answer(FakeConnection connection) {
        DeliveryRequest request = connection.requests.remove();
        var outcome = new RecipientOutcome(0, Kind.DELIVERED, new EnhancedStatus(2, 0, 0), "250 ok");
        destination.finished(
                connection,
                request,
                new DeliveryResult(
                        "mx.example:25",
                        List.of(outcome),
                        true,
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        TlsResult.NONE,
                        DkimResult.NONE));
    }

    private void refuse(FakeConnection connection) {
        refuse(connection, Login.NOT_TRIED);
    }

    private void refuse(FakeConnection connection, Login login) {
        DeliveryRequest request = connection.requests.remove();
        var outcome = new RecipientOutcome(0, Kind.DEFERRED, REFUSED, "421 too many");
        destination.finished(connection, request, DeliveryResult.withoutConnection("mx.example:25", List.of(outcome)));
        destination.ended(connection, new HostFailure("mx.example:25", REFUSED, "421 too many", login));
        while (!connection.requests.isEmpty()) { // given to the connection before its end was known
            var notTried = new RecipientOutcome(0, Kind.NOT_TRIED, REFUSED, "the connection had ended");
            destination.finished(
                    connection,
                    connection.requests.remove(),
                    DeliveryResult.withoutConnection("mx.example:25", List.of(notTried)));
        }
    }

    private static DeliveryRequest request() {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = "<ann@sender.example>".getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        byte[] to = "<bob@there.example>".getBytes(US_ASCII);
        writer.forwardPath(to, 0, to.length);
        Envelope envelope = writer.finish(Instant.EPOCH, EnumSet.noneOf(Envelope.Flag.class));
        return new DeliveryRequest(new Ulid(1, 1), envelope, new EmptyMail(envelope, Instant.EPOCH, 0), 1, List.of(0));
    }

    private record EmptyMail(Envelope envelope, Instant received, long bytes) implements QueuedMail {
        @Override
        public String quarantine() {
            return "nowhere";
        }

        @Override
        public InputStream open() {
            return InputStream.nullInputStream();
        }
    }

    private static final class FakeConnection implements Connection {
        final Deque<DeliveryRequest> requests = new ArrayDeque<>();

        @Override
        public void deliver(DeliveryRequest request) {
            requests.add(request);
        }

        @Override
        public void quit() {}
    }

    private static final class Owner implements Destination.Owner {
        final List<FakeConnection> opened = new ArrayList<>();
        final List<Kind> kinds = new ArrayList<>();
        final List<Duration> wakes = new ArrayList<>();
        long nowNanos;
        int offersOfRoom;

        int given() {
            return opened.stream().mapToInt(one -> one.requests.size()).sum();
        }

        @Override
        public Connection open(Destination destination) {
            var connection = new FakeConnection();
            opened.add(connection);
            return connection;
        }

        @Override
        public void finished(Destination destination, DeliveryRequest request, DeliveryResult result) {
            kinds.add(result.recipients().get(0).kind());
        }

        @Override
        public void hasRoom(Destination destination) {
            offersOfRoom++;
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public void wake(Destination destination, Duration after) {
            wakes.add(after);
        }
    }
}
