// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.context.SessionTimeouts;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends the banner (RFC 5321 §3.1). If a greet delay is configured and PIPECONNECT is not offered, it first waits that
 * long and refuses a client that talks in the meantime. Then it asks the policy. Confined to the loop thread.
 */
public final class BannerSender {
    private final ServerContext server;
    private final ClientState client;
    private final PolicyCheck policy;
    private final ReplyQueue replies;
    private final SessionTimeouts timeouts;
    private final InputSwitch input;
    private final SessionControl session;

    public BannerSender(
            ServerContext server,
            ClientState client,
            PolicyCheck policy,
            ReplyQueue replies,
            SessionTimeouts timeouts,
            InputSwitch input,
            SessionControl session) {
        this.server = server;
        this.client = client;
        this.policy = policy;
        this.replies = replies;
        this.timeouts = timeouts;
        this.input = input;
        this.session = session;
    }

    /** Sends the banner of a new session, after the configured delay. */
    public void begin() throws IOException {
        timeouts.start();
        Duration delay = server.access().greetDelay();
        if (delay.isZero() || server.capabilities().offerEarlyPipelining(client)) {
            send();
            return;
        }
        input.receive(new EarlyTalkInput(replies), Terminator.none());
        session.later(delay, () -> {
            if (!session.isLeaving()) {
                sendAfterDelay();
            }
        });
    }

    private void sendAfterDelay() {
        try {
            timeouts.itemEnded();
            send();
        } catch (IOException | RuntimeException e) {
            session.fail(e);
        }
        session.interestChanged();
    }

    /** Sends the banner now, unless the policy refuses the client or answers later. */
    public void send() throws IOException {
        input.receiveCommands();
        Reply reply = policy.connect(new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return server.banner();
            }

            @Override
            public void undo() {
                client.setRefused(true);
            }
        });
        if (!Replies.isLater(reply)) {
            replies.give(null, reply);
        }
    }
}
