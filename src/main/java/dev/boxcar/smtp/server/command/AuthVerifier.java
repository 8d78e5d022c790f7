// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.PendingDecisions;
import dev.boxcar.smtp.server.reply.PendingDecisions.Gate;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server's credentials to verify a client's claim in an AUTH exchange, and delays the reply to a failed
 * exchange. Confined to the loop thread; the credentials may answer on any thread.
 */
public final class AuthVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(AuthVerifier.class);

    private final AuthenticationOptions options;
    private final ClientInfo client;
    private final PendingDecisions decisions;
    private final EventLoop loop;
    private final SessionControl session;

    public AuthVerifier(
            AuthenticationOptions options,
            ClientInfo client,
            PendingDecisions decisions,
            EventLoop loop,
            SessionControl session) {
        this.options = options;
        this.client = client;
        this.decisions = decisions;
        this.loop = loop;
        this.session = session;
    }

    /**
     * Verifies the claim, and passes the result on.
     *
     * @param onResult continues the exchange; returns the reply
     * @param onTimeout ends the exchange if the credentials do not answer in time
     */
    Reply verify(Claim claim, Function<ClaimResult, Reply> onResult, Runnable onTimeout) {
        var given = new AtomicReference<@Nullable ClaimResult>();
        var handler = new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply reply) {
                ClaimResult result = given.get();
                return onResult.apply(result == null ? ClaimResult.UNAVAILABLE : result);
            }

            @Override
            public void undo() {
                onTimeout.run();
            }
        };
        return decisions.ask(
                Verb.AUTH,
                Gate.SHUT,
                handler,
                decision -> options.credentials().verify(client, claim, result -> {
                    if (!given.compareAndSet(null, result)) {
                        return;
                    }
                    if (result == ClaimResult.NO && !options.failureDelay().isZero()) {
                        acceptAfterDelay(decision);
                    } else {
                        decision.accept();
                    }
                }));
    }

    /** Continues after the delay for failures. */
    Reply afterFailureDelay(DecisionHandler then) {
        return options.failureDelay().isZero()
                ? then.accepted(null)
                : decisions.ask(Verb.AUTH, Gate.SHUT, then, this::acceptAfterDelay);
    }

    private void acceptAfterDelay(Decision decision) {
        try {
            loop.execute(() -> session.later(options.failureDelay(), decision::accept));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} credentials answered after the server had ended: {}", session, e.toString());
        }
    }
}
