// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects the result for each recipient of one transaction. The first decision for a recipient is final. Confined to
 * the loop thread.
 */
final class RecipientResults {
    /** RFC 5321 §4.5.3.1.10: a client must treat this reply to RCPT like 452. */
    private static final int TOO_MANY_RECIPIENTS = 552;
    /** The subject of statuses about the dialogue, such as 5.5.3, too many recipients (RFC 3463 §3.6). */
    private static final int PROTOCOL_STATUS = 5;

    private final List<Recipient> recipients;
    private final @Nullable RecipientResult[] results;
    private int undecided;
    private int unanswered;
    private boolean anyAccepted;

    RecipientResults(List<Recipient> recipients) {
        this.recipients = recipients;
        this.results = new RecipientResult[recipients.size()];
        this.undecided = results.length;
        this.unanswered = results.length;
    }

    /** Takes the reply to the RCPT of this recipient. */
    void answered(int recipient, ServerReply reply) {
        unanswered--;
        if (!reply.isPositive() && results[recipient] == null) {
            boolean later = isTooManyRecipients(reply) || !reply.isPermanent();
            decide(recipient, later ? Outcome.DEFERRED : Outcome.REFUSED, SessionStep.RCPT, reply, reply.text());
        }
        anyAccepted |= reply.isPositive();
    }

    /** RFC 5321 §4.5.3.1.10. A server also says 552 when a mailbox is full, but then to one recipient or as 5.2.2. */
    private boolean isTooManyRecipients(ServerReply reply) {
        EnhancedStatus status = reply.status();
        boolean isAboutCommand = status == null || status.subject() == PROTOCOL_STATUS;
        return reply.code() == TOO_MANY_RECIPIENTS && anyAccepted && isAboutCommand;
    }

    /** The recipients without a result, by index. */
    List<Integer> undecided() {
        var indexes = new ArrayList<Integer>(undecided);
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    /** Makes this reply the result of one recipient, unless it has one. */
    void decideOne(int recipient, SessionStep step, ServerReply reply) {
        if (results[recipient] == null) {
            decide(recipient, outcome(reply), step, reply, reply.text());
        }
    }

    private static Outcome outcome(ServerReply reply) {
        return reply.isPositive() ? Outcome.ACCEPTED : reply.isPermanent() ? Outcome.REFUSED : Outcome.DEFERRED;
    }

    /** Makes this reply the result of every recipient that is still undecided. */
    void decideRest(SessionStep step, ServerReply reply) {
        decideRest(outcome(reply), step, reply, reply.text());
    }

    void decideRest(Outcome outcome, SessionStep step, @Nullable ServerReply reply, String reason) {
        for (int i = 0; i < results.length && undecided > 0; i++) {
            if (results[i] == null) {
                decide(i, outcome, step, reply, reason);
            }
        }
    }

    private void decide(int recipient, Outcome outcome, SessionStep step, @Nullable ServerReply reply, String reason) {
        results[recipient] = new RecipientResult(recipients.get(recipient), outcome, step, reply, reason);
        undecided--;
    }

    /** Whether every RCPT was answered. */
    boolean areAnswered() {
        return unanswered == 0;
    }

    /** Whether every recipient has a result. */
    boolean areDecided() {
        return undecided == 0;
    }

    /**
     * The result of the transaction; call this only once all recipients are decided.
     *
     * @param isAnswered whether the server answered any of its commands
     */
    TransactionResult result(boolean isAnswered) {
        var all = new ArrayList<RecipientResult>(results.length);
        for (RecipientResult one : results) {
            all.add(Objects.requireNonNull(one, "the result of a recipient"));
        }
        return new TransactionResult(all, isAnswered);
    }
}
