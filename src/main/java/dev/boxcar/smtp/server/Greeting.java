// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Terminator;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.Questions.Gate;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The banner of one session (RFC 5321 §3.1): the policy is asked first, and where so told, the client has time to talk
 * too early. Confined to the loop thread.
 */
final class Greeting extends SessionPart {
    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

    Greeting(SmtpSession session) {
        super(session);
    }

    /** Opens the dialogue with whoever was let in, as the listener has it. */
    void open() throws IOException {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} client={} listener={} connected", session, client().address(), client().listener());
        }
        Entrance entrance = session.entrance;
        client().mayStartTls(entrance.tlsOffer() != null);
        TlsOffer offer = service().tls();
        if (!entrance.needsTlsToSpeak()) {
            begin();
        } else if (offer == null) {
            throw new IllegalStateException("this server has no TLS");
        } else {
            beginInTls(offer);
        }
    }

    /** Opens it within TLS (RFC 8314 §3.3), for which it waits no longer than for the answer to a question. */
    private void beginInTls(TlsOffer offer) {
        session.mute();
        session.patience.start();
        offer.whenSettled(isThere -> {
            if (loop().inLoop()) {
                secure(offer);
            } else {
                handOver(() -> secure(offer));
            }
        });
    }

    private void handOver(Runnable what) {
        try {
            loop().execute(what);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} has ended with its server", session);
        }
    }

    private void secure(TlsOffer offer) {
        TlsSettings tls = offer.current();
        if (session.isLeaving()) {
            return;
        } else if (tls == null) {
            session.close();
        } else {
            session.secureFromTheStart(tls);
        }
    }

    /** Opens it here and now: in clear, or with TLS in place. */
    void begin() throws IOException {
        session.patience.start();
        if (!service().waitsBeforeBanner(client())) {
            say();
            return;
        }
        session.hear(new EarlyInput(answers()), Terminator.none());
        session.later(service().access().greetDelay(), () -> {
            if (!session.isLeaving()) {
                sayLate();
            }
        });
    }

    private void sayLate() {
        try {
            session.patience.itemEnds();
            say();
        } catch (IOException | RuntimeException e) {
            session.handleError(e);
        }
        session.interestChanged();
    }

    /** Another client speaks from now on; nothing that was said before counts. */
    void beginAgain() throws IOException {
        session.transaction.end();
        session.commands.admit();
        say();
    }

    private void say() throws IOException {
        session.hearCommands();
        Policy policy = service().policy();
        if (policy == null) {
            answers().give(null, service().banner());
            return;
        }
        var then = new Question.Then() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return service().banner();
            }

            @Override
            public void refused() {
                session.commands.refuseAll();
            }
        };
        Reply reply = questions().ask(null, Gate.SHUT, then, decision -> policy.connect(client(), decision));
        if (reply != null) {
            answers().give(null, reply);
        }
    }
}
