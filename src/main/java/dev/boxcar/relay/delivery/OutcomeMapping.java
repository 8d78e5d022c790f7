// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.delivery.HostFailure.Login;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.policy.HostSecurity;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the results of the SMTP client into outcomes for the queue. */
final class OutcomeMapping {
    private static final EnhancedStatus DELIVERED = new EnhancedStatus(2, 0, 0);
    private static final EnhancedStatus CONNECTION_LOST = new EnhancedStatus(4, 4, 2);
    private static final EnhancedStatus NO_CONNECTION = new EnhancedStatus(4, 4, 1);
    private static final EnhancedStatus TLS_FAILED = new EnhancedStatus(4, 7, 5);
    static final EnhancedStatus AUTHENTICATION_FAILED = new EnhancedStatus(4, 7, 8);
    private static final EnhancedStatus ENCRYPTION_NEEDED = new EnhancedStatus(5, 7, 10);
    private static final String NO_REQUIRETLS = "5.7.30 ";
    private static final EnhancedStatus BAD_SERVER = new EnhancedStatus(4, 3, 0);
    private static final String NO_DELIVERBY = "4.4.7 ";

    private OutcomeMapping() {}

    /** The outcomes of a transaction, for the recipients with these indexes. */
    static List<RecipientOutcome> of(List<Integer> indexes, TransactionResult result) {
        boolean anyAccepted = result.recipients().stream().anyMatch(one -> one.outcome() == Outcome.ACCEPTED);
        var outcomes = new ArrayList<RecipientOutcome>(indexes.size());
        for (int i = 0; i < indexes.size(); i++) {
            outcomes.add(of(indexes.get(i), result.recipients().get(i), anyAccepted));
        }
        return outcomes;
    }

    private static RecipientOutcome of(int index, RecipientResult result, boolean anyAccepted) {
        ServerReply reply = result.reply();
        Kind kind = switch (result.outcome()) {
            case ACCEPTED -> Kind.DELIVERED;
            case REFUSED -> reply != null && needsLogin(reply) ? Kind.DEFERRED : Kind.REFUSED;
            case IN_DOUBT -> Kind.DEFERRED; // sent again: a duplicate is better than a loss (RFC 1047)
            case DEFERRED -> anyAccepted && isTooMany(result) ? Kind.TOO_MANY : Kind.DEFERRED;
        };
        return new RecipientOutcome(index, kind, status(kind, result), result.reason());
    }

    /** A missing or wrong login is a mistake in the configuration, which never returns mail (RFC 4954 §6). */
    private static boolean needsLogin(ServerReply reply) {
        return reply.code() == 530 || reply.code() == 534 || reply.code() == 535 || reply.code() == 538;
    }

    /** RFC 5321 §4.5.3.1.10: the recipients that were accepted are delivered, and the rest follows at once. */
    private static boolean isTooMany(RecipientResult result) {
        ServerReply reply = result.reply();
        return result.step() == SessionStep.RCPT && reply != null && (reply.code() == 452 || reply.code() == 552);
    }

    private static EnhancedStatus status(Kind kind, RecipientResult result) {
        ServerReply reply = result.reply();
        if (reply == null) {
            return kind == Kind.REFUSED || isPutOff(result) ? statusOf(result.reason()) : CONNECTION_LOST;
        }
        EnhancedStatus status = reply.status();
        return switch (kind) {
            case DELIVERED -> status == null ? DELIVERED : status;
            case REFUSED -> status == null ? new EnhancedStatus(5, 0, 0) : status;
            case DEFERRED, TOO_MANY, NOT_TRIED -> status == null ? new EnhancedStatus(4, 0, 0) : transientOf(status);
        };
    }

    /** Whether the client put the message off, because this server would not return it in time (RFC 2852). */
    static boolean isPutOff(RecipientResult result) {
        return result.reply() == null
                && result.outcome() == Outcome.DEFERRED
                && result.reason().startsWith(NO_DELIVERBY);
    }

    /** The client begins the reasons of its own decisions with a status. */
    private static EnhancedStatus statusOf(String reason) {
        try {
            return EnhancedStatus.parse(reason.substring(0, Math.max(0, reason.indexOf(' '))));
        } catch (IllegalArgumentException e) {
            return new EnhancedStatus(5, 0, 0);
        }
    }

    private static EnhancedStatus transientOf(EnhancedStatus status) {
        return new EnhancedStatus(4, status.subject(), status.detail());
    }

    /** Whether a session that failed like this was not ready for a message: another host is tried. */
    static boolean isBeforeReady(SessionStep step) {
        return switch (step) {
            case CONNECT, BANNER, EHLO, HELO, STARTTLS, AUTH -> true;
            case RSET, MAIL, RCPT, DATA, MESSAGE, QUIT -> false;
        };
    }

    /** Why this host was not ready for messages. */
    static HostFailure hostFailure(String host, SessionFailure failure, HostSecurity security, NextHop nextHop) {
        ServerReply reply = failure.reply();
        Login login = login(failure);
        if (reply == null && failure.reason().startsWith(NO_REQUIRETLS)) {
            return new HostFailure(host, statusOf(failure.reason()), failure.reason(), login);
        }
        EnhancedStatus given = reply == null ? null : reply.status();
        EnhancedStatus status = given == null ? statusOf(failure.step(), reply) : transientOf(given);
        String reason = failure.reason();
        if (failure.step() == SessionStep.STARTTLS && !security.policyText().isEmpty()) {
            reason = "the " + security.policyText() + " is not met: " + reason;
        }
        boolean isDemanded = nextHop.policy().demand() == TlsDemand.REQUIRED && !nextHop.isSmarthost();
        if (isDemanded && failure.step() == SessionStep.STARTTLS && reply == null) {
            status = ENCRYPTION_NEEDED; // RFC 8689 §4.2.1: such a message is returned
        }
        return new HostFailure(host, status, reason, login);
    }

    /** A 4xx, a time-out or a lost connection passes, and says nothing about the password (RFC 4954 §6). */
    private static Login login(SessionFailure failure) {
        if (failure.step() != SessionStep.AUTH) {
            return Login.NOT_TRIED;
        }
        ServerReply reply = failure.reply();
        return reply != null && reply.isPermanent() ? Login.REFUSED : Login.FAILED;
    }

    private static EnhancedStatus statusOf(SessionStep step, @Nullable ServerReply reply) {
        return switch (step) {
            case CONNECT -> NO_CONNECTION;
            case STARTTLS -> TLS_FAILED;
            case AUTH -> AUTHENTICATION_FAILED;
            case BANNER, EHLO, HELO, RSET, MAIL, RCPT, DATA, MESSAGE, QUIT ->
                reply == null ? CONNECTION_LOST : BAD_SERVER;
        };
    }

    /** The same outcome for every recipient. */
    static List<RecipientOutcome> all(List<Integer> indexes, Kind kind, EnhancedStatus status, String reason) {
        return indexes.stream()
                .map(index -> new RecipientOutcome(index, kind, status, reason))
                .toList();
    }

    /** Outcomes for a request that was not tried. */
    static List<RecipientOutcome> notTried(List<Integer> indexes) {
        return all(indexes, Kind.NOT_TRIED, CONNECTION_LOST, "the connection had ended");
    }
}
