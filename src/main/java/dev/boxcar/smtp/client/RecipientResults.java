// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of each recipient of one transaction. What was decided first stays. Confined to the loop thread. */
final class RecipientResults {
    /** RFC 5321 §4.5.3.1.10: to be treated as 452 where it answers RCPT. */
    private static final int TOO_MANY_RECIPIENTS = 552;

    private final List<Recipient> recipients;
    private final @Nullable RecipientResult[] decided;
    private int undecided;
    private int unanswered;

    RecipientResults(List<Recipient> recipients) {
        this.recipients = recipients;
        this.decided = new RecipientResult[recipients.size()];
        this.undecided = decided.length;
        this.unanswered = decided.length;
    }

    /** The answer to RCPT came. */
    void answered(int recipient, ServerReply answer) {
        unanswered--;
        if (!answer.isPositive() && decided[recipient] == null) {
            boolean later = answer.code() == TOO_MANY_RECIPIENTS || !answer.isPermanent();
            decide(recipient, later ? Outcome.DEFERRED : Outcome.REFUSED, SessionStep.RCPT, answer, answer.text());
        }
    }

    /** Decides for all who are not decided yet. */
    void decideRest(SessionStep step, ServerReply answer) {
        Outcome fate = answer.isPositive() ? Outcome.ACCEPTED : answer.isPermanent() ? Outcome.REFUSED : Outcome.DEFERRED;
        decideRest(fate, step, answer, answer.text());
    }

    void decideRest(Outcome fate, SessionStep step, @Nullable ServerReply answer, String reason) {
        for (int i = 0; i < decided.length && undecided > 0; i++) {
            if (decided[i] == null) {
                decide(i, fate, step, answer, reason);
            }
        }
    }

    private void decide(int recipient, Outcome fate, SessionStep step, @Nullable ServerReply answer, String reason) {
        decided[recipient] = new RecipientResult(recipients.get(recipient), fate, step, answer, reason);
        undecided--;
    }

    /** Whether every RCPT was answered. */
    boolean areAnswered() {
        return unanswered == 0;
    }

    /** Whether nothing can change any more. */
    boolean areDecided() {
        return undecided == 0;
    }

    /** What became of all; ask when they are decided. */
    TransactionResult outcome() {
        var all = new ArrayList<RecipientResult>(decided.length);
        for (RecipientResult one : decided) {
            all.add(Objects.requireNonNull(one, "a recipient whose fate is open"));
        }
        return new TransactionResult(all);
    }
}
