// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.Collector;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslExchange;
import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import dev.boxcar.smtp.sasl.SaslStep;
import dev.boxcar.smtp.sasl.StrictBase64;
import dev.boxcar.smtp.server.Questions.Gate;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Decision;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AUTH command of one session, and the lines of the exchange behind it (RFC 4954 §4). What a client responds is a
 * secret: it is neither logged nor echoed. Confined to the loop thread.
 */
final class AuthInput extends SessionPart implements Input {
    /** The longest line of an exchange, its CRLF included (RFC 4954 §4). */
    static final int MOST_BYTES = 12_288;

    private static final Logger LOG = LoggerFactory.getLogger(AuthInput.class);
    private static final byte[] EMPTY = {};

    private final Collector line = new Collector();
    private @Nullable Mechanism mechanism;
    private @Nullable SaslExchange exchange;

    AuthInput(SmtpSession session) {
        super(session);
    }

    // ---- the command
    // ---------------------------------------------------------------------------------------------------------

    /** AUTH mechanism [initial-response]: the reply, or null where it comes later. */
    @Nullable
    Reply begin(Command command) {
        AuthenticationOptions authentication = authentication();
        if (client().user() != null) {
            return Replies.AUTHENTICATED_ALREADY;
        } else if (!command.hasArgument()) {
            return Replies.AUTH_ARGUMENTS;
        }
        byte[] bytes = command.bytes();
        int nameTo = command.endOfFirstWord();
        Mechanism named =
                Mechanism.of(new String(bytes, command.argumentFrom(), nameTo - command.argumentFrom(), ISO_8859_1));
        if (named == null || !authentication.credentials().mechanisms().contains(named)) {
            return Replies.AUTH_BAD_MECHANISM;
        }
        if (!authentication.offered(client()).contains(named)) {
            return client().insideTls() ? Replies.AUTH_BAD_MECHANISM : Replies.AUTH_NEEDS_TLS;
        }
        int from = nameTo;
        while (from < command.argumentTo() && bytes[from] == ' ') {
            from++;
        }
        return begin(authentication, named, bytes, from, command.argumentTo());
    }

    private @Nullable Reply begin(
            AuthenticationOptions authentication, Mechanism named, byte[] bytes, int from, int to) {
        byte[] initial = null;
        if (from < to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == ' ') {
                    return Replies.AUTH_ARGUMENTS;
                }
            }
            boolean isEmpty = to - from == 1 && bytes[from] == '='; // RFC 4954 §4
            initial = isEmpty ? EMPTY : StrictBase64.decode(bytes, from, to);
            if (initial == null) {
                return Replies.AUTH_NO_BASE64;
            }
            if (!named.clientSpeaksFirst()) {
                return Replies.AUTH_SERVER_FIRST;
            }
        }
        SaslExchange begun = named.begin(authentication.setting(service().hostname(), client()));
        mechanism = named;
        exchange = begun;
        return heard(begun, begun.begin(initial));
    }

    // ---- the exchange
    // --------------------------------------------------------------------------------------------------------

    @Override
    public void collect(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, MOST_BYTES - 2); // without the CRLF
    }

    @Override
    public void released() {
        line.keep();
    }

    @Override
    public boolean isMessage() {
        return false;
    }

    @Override
    public void found() throws IOException {
        LOG.debug("{} C: ***", session);
        session.hearing.response();
        Reply reply = respond();
        line.clear();
        if (reply != null) {
            answers().give(Verb.AUTH, reply);
        }
    }

    private @Nullable Reply respond() {
        SaslExchange begun = exchange;
        if (begun == null) {
            throw new IllegalStateException("a response, and no exchange");
        }
        if (line.overflowed()) {
            return over(Replies.AUTH_TOO_LONG);
        }
        if (line.to() - line.from() == 1 && line.bytes()[line.from()] == '*') {
            return over(Replies.AUTH_CANCELLED);
        }
        byte[] response = StrictBase64.decode(line.bytes(), line.from(), line.to());
        if (response == null) {
            return over(Replies.AUTH_NO_BASE64);
        }
        return heard(begun, begun.respond(response));
    }

    private @Nullable Reply heard(SaslExchange begun, SaslStep step) {
        boolean refused = step instanceof Failure failure && failure.reason() == SaslStep.Reason.REFUSED;
        return refused ? refuseLater(begun, step) : take(begun, step);
    }

    private @Nullable Reply take(SaslExchange begun, SaslStep step) {
        if (step instanceof Challenge challenge) {
            session.hearLines(this);
            return Replies.challenge(challenge.text());
        } else if (step instanceof Verify verify) {
            return ask(begun, verify.claim());
        } else if (step instanceof Success success) {
            LOG.info("{} authenticated mechanism={} user={}", session, mechanism, success.user());
            client().authenticated(success.user());
            return over(Replies.AUTHENTICATED);
        }
        return over(reply(((Failure) step).reason()));
    }

    private Reply reply(SaslStep.Reason reason) {
        return switch (reason) {
            case MALFORMED -> Replies.AUTH_MALFORMED;
            case UNAVAILABLE -> Replies.AUTH_UNAVAILABLE;
            case REFUSED -> {
                LOG.info("{} authentication refused mechanism={} client={}", session, mechanism, client().address());
                yield Replies.AUTH_REFUSED;
            }
        };
    }

    /** The exchange is over, with this reply. */
    private Reply over(Reply reply) {
        end();
        session.hearCommands();
        if (reply.isError()) {
            session.exchangeFailed();
        }
        return reply;
    }

    /** Forgets the exchange. */
    void end() {
        exchange = null;
        mechanism = null;
        line.clear();
    }

    // ---- questions
    // -----------------------------------------------------------------------------------------------------------

    /** Has the claim verified; what refuses it costs time. */
    private @Nullable Reply ask(SaslExchange begun, Claim claim) {
        AuthenticationOptions authentication = authentication();
        var given = new AtomicReference<@Nullable ClaimResult>();
        return questions()
                .ask(
                        Verb.AUTH,
                        Gate.SHUT,
                        new Then(begun, given),
                        decision -> authentication.credentials().verify(client(), claim, answer -> {
                            if (!given.compareAndSet(null, answer)) {
                                return;
                            }
                            if (answer == ClaimResult.NO
                                    && !authentication.failureDelay().isZero()) {
                                acceptLater(decision);
                            } else {
                                decision.accept();
                            }
                        }));
    }

    /** What the client's last response has spoilt: that costs time, too. */
    private @Nullable Reply refuseLater(SaslExchange begun, SaslStep step) {
        if (authentication().failureDelay().isZero()) {
            return take(begun, step);
        }
        return questions().ask(Verb.AUTH, Gate.SHUT, words -> take(begun, step), this::acceptLater);
    }

    private void acceptLater(Decision decision) {
        try {
            session.loop().execute(() -> session.later(authentication().failureDelay(), decision::accept));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} an answer came when the server had ended: {}", session, e.toString());
        }
    }

    private AuthenticationOptions authentication() {
        AuthenticationOptions authentication = service().authentication();
        if (authentication == null) {
            throw new IllegalStateException("AUTH is not offered");
        }
        return authentication;
    }

    /** What becomes of the exchange when the answer is there. */
    private final class Then implements Question.Then {
        private final SaslExchange begun;
        private final AtomicReference<@Nullable ClaimResult> given;

        Then(SaslExchange begun, AtomicReference<@Nullable ClaimResult> given) {
            this.begun = begun;
            this.given = given;
        }

        @Override
        public @Nullable Reply accepted(@Nullable Reply words) {
            ClaimResult answer = given.get();
            return take(begun, begun.answer(answer == null ? ClaimResult.UNAVAILABLE : answer));
        }

        @Override
        public void refused() {
            end();
            session.hearCommands();
            session.exchangeFailed();
        }
    }
}
