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
import dev.boxcar.relay.report.ReportWriter;
import dev.boxcar.relay.report.ReportedRecipient;
import dev.boxcar.relay.schedule.Attempt.SettledRecipient;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
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
    private final ReportWriter writer;
    private final UnaryOperator<Envelope> reports;
    private final LongSupplier clockMillis;
    private final Attempts.Listener listener;

    Conclusion(
            EventLoop loop,
            RelayQueue queue,
            ScheduleOptions options,
            LongSupplier clockMillis,
            Attempts.Listener listener) {
        this.loop = loop;
        this.queue = queue;
        this.retries = options.retries();
        this.writer = new ReportWriter(options.hostname());
        this.reports = options.reports();
        this.clockMillis = clockMillis;
        this.listener = listener;
    }

    // ---- what follows

    void conclude(Attempt attempt) {
        attempt.conclude();
        Envelope envelope = attempt.mail.envelope();
        boolean hasSender = !envelope.reversePath().isNull();
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
        boolean warns = !pending.isEmpty() && !attempt.before.isWarned() && age.compareTo(limits.warnAfter()) >= 0;

        List<DeliveryReport> reports = hasSender
                ? reports(attempt, failed, warns ? deferred : List.of(), received.plus(limits.lifetime()))
                : List.of();
        DeliveryState left = left(attempt, pending, warns, limits);
        store(attempt, reports.iterator(), pending.isEmpty() ? null : left);
    }

    private static List<RecipientState> states(List<SettledRecipient> deferred) {
        return deferred.stream()
                .map(one -> new RecipientState(
                        one.outcome().index(),
                        one.outcome().status().toString(),
                        one.outcome().reply()))
                .toList();
    }

    private DeliveryState left(Attempt attempt, List<RecipientState> pending, boolean warns, TimeLimits limits) {
        Instant now = Instant.ofEpochMilli(clockMillis.getAsLong());
        Duration age = Duration.between(attempt.mail.received(), now);
        int attempts = attempt.before.attempts() + 1;
        Duration wait = retries.next(attempts, age, attempt.isHostFailure(), ThreadLocalRandom.current());
        String line = pending.isEmpty()
                ? ""
                : now + " " + attempt.deferredBy() + " " + pending.get(0).reply();
        DeliveryState left = attempt.before.withPending(pending).afterAttempt(now.plus(limits.atMost(age, wait)), line);
        return warns ? left.warned() : left;
    }

    private static List<DeliveryReport> reports(
            Attempt attempt, List<SettledRecipient> failed, List<SettledRecipient> delayed, Instant retriedUntil) {
        var reports = new ArrayList<DeliveryReport>();
        List<SettledRecipient> relayed = attempt.with(Kind.DELIVERED).stream()
                .filter(one -> !one.passesReportsOn())
                .toList();
        addReport(reports, attempt, Action.FAILED, failed, retriedUntil);
        addReport(reports, attempt, Action.DELAYED, delayed, retriedUntil);
        addReport(reports, attempt, Action.RELAYED, relayed, retriedUntil);
        return reports;
    }

    private static void addReport(
            List<DeliveryReport> reports,
            Attempt attempt,
            Action action,
            List<SettledRecipient> recipients,
            Instant retriedUntil) {
        List<AcceptedRecipient> all = attempt.mail.envelope().recipients();
        List<ReportedRecipient> reported = recipients.stream()
                .filter(one -> NotifyPolicy.wants(all.get(one.outcome().index()), action))
                .map(one -> new ReportedRecipient(
                        all.get(one.outcome().index()),
                        status(one, action),
                        one.outcome().reply(),
                        one.host()))
                .toList();
        if (!reported.isEmpty()) {
            reports.add(new DeliveryReport(
                    attempt.entry.id, attempt.mail, action, reported, action == Action.DELAYED ? retriedUntil : null));
        }
    }

    /** A recipient whose time is over has a status of class 5, whatever the last reply was (RFC 3463 §3.5). */
    private static EnhancedStatus status(SettledRecipient one, Action action) {
        EnhancedStatus status = one.outcome().status();
        return action == Action.FAILED && status.classOf() == 4 ? EXPIRED : status;
    }

    // ---- reports first, then the result

    private void store(Attempt attempt, Iterator<DeliveryReport> reports, @Nullable DeliveryState left) {
        if (!reports.hasNext()) {
            listener.concluded(attempt.entry, left, "relayed");
            return;
        }
        DeliveryReport report = reports.next();
        try {
            loop.workers().execute(() -> write(attempt, report, reports, left));
        } catch (RejectedExecutionException e) {
            concludeLater(attempt, "too many reports are being written");
        }
    }

    private void write(
            Attempt attempt, DeliveryReport report, Iterator<DeliveryReport> reports, @Nullable DeliveryState left) {
        try {
            ReportWriter.Written written = writer.write(report, Instant.ofEpochMilli(clockMillis.getAsLong()));
            Envelope envelope = this.reports.apply(written.envelope());
            loop.execute(() -> queue.append(envelope, written.content(), loop, outcome -> {
                if (outcome == CommitOutcome.STORED) {
                    store(attempt, reports, left);
                } else {
                    concludeLater(attempt, "the report cannot be stored");
                }
            }));
        } catch (IOException | RuntimeException e) {
            loop.execute(() -> concludeLater(attempt, "the report cannot be written: " + e));
        }
    }

    private void concludeLater(Attempt attempt, String reason) {
        LOG.error("id={} {}; this is tried again", attempt.entry.id, reason);
        loop.schedule(AFTER_LOCAL_FAULT, () -> conclude(attempt));
    }

    // ---- log

    void log(Attempt attempt, RecipientOutcome outcome, DeliveryResult result) {
        DeliveryLog.Result word = switch (outcome.kind()) {
            case DELIVERED -> DeliveryLog.Result.SENT;
            case REFUSED -> DeliveryLog.Result.BOUNCED;
            case DEFERRED, TOO_MANY, NOT_TRIED -> DeliveryLog.Result.DEFERRED;
        };
        log(attempt, outcome, result.host(), word, delays(attempt, result));
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
        log(attempt, one.outcome(), one.host(), DeliveryLog.Result.EXPIRED, new DeliveryLog.Delays(age, 0, 0));
    }

    private static void log(
            Attempt attempt,
            RecipientOutcome outcome,
            String host,
            DeliveryLog.Result word,
            DeliveryLog.Delays delays) {
        Envelope envelope = attempt.mail.envelope();
        DeliveryLog.line(
                attempt.entry.id,
                envelope.reversePath(),
                envelope.forwardPaths().get(outcome.index()).toString(),
                host.isEmpty() ? "none" : host,
                delays,
                outcome.status(),
                word,
                outcome.reply());
    }
}
