// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.RecipientOutcome;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.report.DeliveryReport;
import dev.boxcar.relay.report.DeliveryReport.Action;
import dev.boxcar.relay.report.NotifyPolicy;
import dev.boxcar.relay.report.ReportedRecipient;
import dev.boxcar.relay.schedule.Attempt.SettledRecipient;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows from an attempt: which recipients are settled, which reports the sender gets, and when the rest
 * is tried again.
 *
 * <p>Promise: a report is stored before the message is settled, so a crash in between may repeat a report but never
 * loses one. Confined to the scheduler's loop.
 */
final class Conclusion {
    private static final Logger LOG = LoggerFactory.getLogger(Conclusion.class);
    private static final EnhancedStatus EXPIRED = new EnhancedStatus(5, 4, 7);
    /** After a local fault, the attempt is concluded again after this time. */
    private static final Duration AFTER_LOCAL_FAULT = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final RelayQueue queue;
    private final RetrySchedule retries;
    private final ReportStore store;
    private final ReportLimiter limiter = new ReportLimiter();
    private final LongSupplier clockMillis;
    private final Attempts.Listener listener;
    private final DeliveryCounters counters = new DeliveryCounters();

    Conclusion(EventLoop loop, RelayQueue queue, ScheduleOptions options, Attempts.Listener listener) {
        this.loop = loop;
        this.queue = queue;
        this.retries = options.retries();
        this.store = new ReportStore(loop, queue, options);
        this.clockMillis = options.clockMillis();
        this.listener = listener;
    }

    // ---- what follows

    void conclude(Attempt attempt) {
        attempt.conclude();
        Envelope envelope = attempt.mail.envelope();
        Instant received = attempt.mail.received();
        Instant now = Instant.ofEpochMilli(clockMillis.getAsLong());
        Duration age = Duration.between(received, now);
        List<SettledRecipient> deferred = attempt.with(Kind.DEFERRED);
        var limits = TimeLimits.of(envelope, retries);
        boolean expired = age.compareTo(limits.lifetime()) >= 0;

        var failed = new ArrayList<>(attempt.with(Kind.REFUSED));
        if (expired) {
            deferred.forEach(one -> logExpired(attempt, one));
            failed.addAll(deferred);
        }
        List<RecipientState> pending = expired ? List.of() : states(deferred);
        Mailbox sender = envelope.reversePath().mailbox();
        if (sender == null) {
            listener.concluded(attempt.entry, left(attempt, pending, limits), "relayed");
            return;
        }
        List<DeliveryReport> reports = finalReports(attempt, failed);
        DeliveryReport warning = pending.isEmpty() || attempt.before.isWarned() || age.compareTo(limits.warnAfter()) < 0
                ? null
                : report(attempt, Action.DELAYED, deferred, received.plus(limits.lifetime()));
        report(attempt, sender.toString(), reports, warning, pending, limits);
    }

    private static List<RecipientState> states(List<SettledRecipient> deferred) {
        return deferred.stream()
                .map(one -> new RecipientState(
                        one.outcome().index(),
                        one.outcome().status().toString(),
                        one.outcome().reply()))
                .toList();
    }

    /** What is left to do; null if nothing is. */
    private @Nullable DeliveryState left(Attempt attempt, List<RecipientState> pending, TimeLimits limits) {
        if (pending.isEmpty()) {
            return null;
        }
        Instant now = Instant.ofEpochMilli(clockMillis.getAsLong());
        Duration age = Duration.between(attempt.mail.received(), now);
        int attempts = attempt.before.attempts() + 1;
        Duration wait = retries.next(attempts, age, attempt.isHostFailure(), ThreadLocalRandom.current());
        String line = now + " " + attempt.deferredBy() + " " + pending.get(0).reply();
        return attempt.before.withPending(pending).afterAttempt(now.plus(limits.atMost(age, wait)), line);
    }

    // ---- reports

    /** The reports about recipients that are settled. */
    private static List<DeliveryReport> finalReports(Attempt attempt, List<SettledRecipient> failed) {
        List<SettledRecipient> relayed = attempt.with(Kind.DELIVERED).stream()
                .filter(one -> !one.passesReportsOn())
                .toList();
        return Stream.of(report(attempt, Action.FAILED, failed, null), report(attempt, Action.RELAYED, relayed, null))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The report about those recipients whose sender wants one; null if there are none. */
    private static @Nullable DeliveryReport report(
            Attempt attempt, Action action, List<SettledRecipient> recipients, @Nullable Instant retriedUntil) {
        List<AcceptedRecipient> all = attempt.mail.envelope().recipients();
        List<ReportedRecipient> reported = recipients.stream()
                .filter(one -> NotifyPolicy.wants(all.get(one.outcome().index()), action))
                .map(one -> new ReportedRecipient(
                        one.outcome().index(),
                        all.get(one.outcome().index()),
                        status(one, action),
                        one.outcome().reply(),
                        one.host()))
                .toList();
        return reported.isEmpty()
                ? null
                : new DeliveryReport(attempt.entry.id, attempt.mail, action, reported, retriedUntil);
    }

    /** A recipient whose time is over has a status of class 5, whatever the last reply was (RFC 3463 §3.5). */
    private static EnhancedStatus status(SettledRecipient one, Action action) {
        EnhancedStatus status = one.outcome().status();
        return action == Action.FAILED && status.classOf() == 4 ? EXPIRED : status;
    }

    // ---- reports first, then the result

    private void report(
            Attempt attempt,
            String sender,
            List<DeliveryReport> settled,
            @Nullable DeliveryReport warning,
            List<RecipientState> pending,
            TimeLimits limits) {
        var reports = new ArrayList<DeliveryReport>(settled);
        boolean warns =
                warning != null && limiter.admit(sender, 1, loop.turnNanos()).isZero();
        if (warns) {
            reports.add(warning);
        }
        DeliveryState left = left(attempt, pending, limits);
        DeliveryState after = left != null && warns ? left.warned() : left;
        if (attempt.hasCollectedReports()) {
            store.collect(sender, reports, new AfterReports(attempt, after));
            return;
        }
        Duration wait = settled.isEmpty() ? Duration.ZERO : limiter.admit(sender, settled.size(), loop.turnNanos());
        if (wait.isZero()) {
            store.store(reports.iterator(), new AfterReports(attempt, after));
        } else {
            Instant time = Instant.ofEpochMilli(clockMillis.getAsLong()).plus(wait);
            listener.concluded(attempt.entry, reportedLater(attempt, settled, pending, left, time), "");
        }
    }

    /** The recipients that are settled stay until the end of the sender's hour, when they are reported together. */
    private static DeliveryState reportedLater(
            Attempt attempt,
            List<DeliveryReport> settled,
            List<RecipientState> pending,
            @Nullable DeliveryState left,
            Instant time) {
        var all = new ArrayList<RecipientState>(pending);
        for (DeliveryReport report : settled) {
            for (ReportedRecipient one : report.recipients()) {
                all.add(new RecipientState(one.index(), one.status().toString(), one.reply()));
            }
        }
        DeliveryState state = left == null
                ? attempt.before.afterAttempt(time, "the report waits, because the sender gets too many")
                : left;
        return state.withPending(all).withNext(state.next().isBefore(time) ? state.next() : time);
    }

    private final class AfterReports implements ReportStore.Result {
        private final Attempt attempt;
        private final @Nullable DeliveryState left;

        AfterReports(Attempt attempt, @Nullable DeliveryState left) {
            this.attempt = attempt;
            this.left = left;
        }

        @Override
        public void stored() {
            listener.concluded(attempt.entry, left, "relayed");
        }

        @Override
        public void failed(String reason) {
            concludeLater(attempt, reason);
        }
    }

    private void concludeLater(Attempt attempt, String reason) {
        LOG.error("id={} {}; this is tried again", attempt.entry.id, reason);
        // until then, a crash must not deliver again what was delivered
        queue.recordProgress(attempt.entry.id, attempt.before.withPending(attempt.pending()));
        loop.schedule(AFTER_LOCAL_FAULT, () -> conclude(attempt));
    }

    // ---- log

    void log(Attempt attempt, RecipientOutcome outcome, DeliveryResult result) {
        DeliveryLog.Result word = switch (outcome.kind()) {
            case DELIVERED -> DeliveryLog.Result.SENT;
            case REFUSED -> DeliveryLog.Result.BOUNCED;
            case DEFERRED, TOO_MANY, NOT_TRIED -> DeliveryLog.Result.DEFERRED;
        };
        log(attempt, outcome, result.host(), word, delays(attempt, result), DeliveryLog.Protection.of(result));
    }

    private DeliveryLog.Delays delays(Attempt attempt, DeliveryResult result) {
        long total =
                Math.max(0, clockMillis.getAsLong() - attempt.mail.received().toEpochMilli());
        long connecting = result.connecting().toMillis();
        long sending = result.sending().toMillis();
        return new DeliveryLog.Delays(Math.max(0, total - connecting - sending), connecting, sending);
    }

    private void logExpired(Attempt attempt, SettledRecipient one) {
        long age = clockMillis.getAsLong() - attempt.mail.received().toEpochMilli();
        log(
                attempt,
                one.outcome(),
                one.host(),
                DeliveryLog.Result.EXPIRED,
                new DeliveryLog.Delays(age, 0, 0),
                DeliveryLog.Protection.NONE);
    }

    DeliveryCounters counters() {
        return counters;
    }

    private void log(
            Attempt attempt,
            RecipientOutcome outcome,
            String host,
            DeliveryLog.Result word,
            DeliveryLog.Delays delays,
            DeliveryLog.Protection protection) {
        Envelope envelope = attempt.mail.envelope();
        counters.count(word, protection.tls(), outcome.status(), delays.totalMillis(), clockMillis.getAsLong());
        counters.count(word, protection.dkim());
        DeliveryLog.line(
                attempt.entry.id,
                envelope.reversePath(),
                envelope.forwardPath(outcome.index()).toString(),
                host.isEmpty() ? "none" : host,
                delays,
                protection,
                outcome.status(),
                word,
                outcome.reply());
    }
}
