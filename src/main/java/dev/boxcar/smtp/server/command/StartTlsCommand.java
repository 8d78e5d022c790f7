// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.admission.ListenerRules;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.context.TlsSwitch;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.FaultCheck;
import dev.boxcar.smtp.server.reply.PendingDecisions;
import dev.boxcar.smtp.server.reply.PendingDecisions.Gate;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;

/** Handles STARTTLS (RFC 3207 §4). Confined to the loop thread. */
public final class StartTlsCommand {
    private final ListenerRules rules;
    private final FaultCheck faults;
    private final ReplyQueue replies;
    private final PendingDecisions decisions;
    private final SessionControl session;
    private final TlsSwitch tls;

    public StartTlsCommand(
            ListenerRules rules,
            FaultCheck faults,
            ReplyQueue replies,
            PendingDecisions decisions,
            SessionControl session,
            TlsSwitch tls) {
        this.rules = rules;
        this.faults = faults;
        this.replies = replies;
        this.decisions = decisions;
        this.session = session;
        this.tls = tls;
    }

    /** Starts TLS. If the key and certificate are not loaded yet, the reply waits for them, and so does the session. */
    Reply start() {
        TlsOffer offer = rules.tlsOffer();
        if (rules.isInsideTls()) {
            return Replies.TLS_ALREADY;
        } else if (offer == null) {
            return Replies.NO_TLS_HERE;
        }
        TlsOffer used = faults.handshake(offer);
        DecisionHandler handler = reply -> {
            TlsSettings ready = used.current();
            if (ready == null || session.isLeaving()) {
                return Replies.TLS_UNAVAILABLE;
            }
            tls.startTlsAfterReplies(ready);
            return Replies.START_TLS;
        };
        decisions.ask(replies.defer(Verb.STARTTLS), Verb.STARTTLS, Gate.SHUT, handler, decision -> {
            used.whenSettled(isAvailable -> {
                if (isAvailable) {
                    decision.accept();
                } else {
                    decision.answer(Replies.TLS_UNAVAILABLE);
                }
            });
        });
        return Replies.LATER;
    }
}
