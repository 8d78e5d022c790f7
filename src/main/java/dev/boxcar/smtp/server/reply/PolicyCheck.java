// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.reply.PendingDecisions.Gate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server's {@link Policy}, if it has one, about one client. Without a policy everything is accepted. Each
 * method returns the reply to give, or {@link Replies#LATER}. Confined to the loop thread.
 */
public final class PolicyCheck {
    private final @Nullable Policy policy;
    private final ClientInfo client;
    private final PendingDecisions decisions;

    /** Checks with {@code policy}; null means that everything is accepted. */
    public PolicyCheck(@Nullable Policy policy, ClientInfo client, PendingDecisions decisions) {
        this.policy = policy;
        this.client = client;
        this.decisions = decisions;
    }

    /** Whether there is no policy: a caller then need not prepare a question. */
    public boolean isAbsent() {
        return policy == null;
    }

    public Reply connect(DecisionHandler handler) {
        return ask(null, Gate.SHUT, handler, (asked, decision) -> asked.connect(client, decision));
    }

    public Reply hello(Verb verb, DecisionHandler handler) {
        return ask(verb, Gate.SHUT, handler, (asked, decision) -> asked.hello(client, decision));
    }

    public Reply sender(ReversePath path, DecisionHandler handler) {
        return ask(Verb.MAIL, Gate.SHUT, handler, (asked, decision) -> asked.sender(client, path, decision));
    }

    public Reply recipient(ForwardPath path, DecisionHandler handler) {
        return ask(Verb.RCPT, Gate.RECIPIENT, handler, (asked, decision) -> asked.recipient(client, path, decision));
    }

    /** The number of recipients that the policy has not decided on yet. */
    public int undecidedRecipients() {
        return decisions.recipients();
    }

    public Reply data(int recipients, DecisionHandler handler) {
        return ask(Verb.DATA, Gate.SHUT, handler, (asked, decision) -> asked.data(client, recipients, decision));
    }

    public Reply verify(Verb verb, String argument, DecisionHandler handler) {
        return ask(verb, Gate.SHUT, handler, (asked, decision) -> asked.verify(client, argument, decision));
    }

    /** Asks about the first chunk of a message, whose reply has its place in the queue. Only with a policy. */
    public void firstChunk(DeferredReply reply, int recipients, DecisionHandler handler) {
        Policy asked = present();
        decisions.ask(reply, Verb.BDAT, Gate.SHUT, handler, decision -> asked.data(client, recipients, decision));
    }

    /** Asks about a complete message, whose reply has its place in the queue. Only with a policy. */
    public void message(PendingCommit message, Envelope envelope, DecisionHandler handler) {
        Policy asked = present();
        decisions.ask(
                message.reply(),
                message.verb(),
                Gate.OPEN,
                handler,
                decision -> asked.message(client, envelope, message.bytes(), decision));
    }

    private Policy present() {
        if (policy == null) {
            throw new IllegalStateException("there is no policy to ask");
        }
        return policy;
    }

    private Reply ask(@Nullable Verb verb, Gate gate, DecisionHandler handler, Question question) {
        Policy asked = policy;
        if (asked == null) {
            return handler.accepted(null);
        }
        Consumer<Decision> asking = decision -> question.ask(asked, decision);
        return decisions.ask(verb, gate, handler, asking);
    }

    /** Asks one of the policy's questions. */
    private interface Question {
        void ask(Policy policy, Decision decision);
    }
}
