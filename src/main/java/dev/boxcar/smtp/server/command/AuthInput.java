// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.Collector;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslExchange;
import dev.boxcar.smtp.sasl.SaslStep;
import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import dev.boxcar.smtp.sasl.StrictBase64;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.InputOffsets;
import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AUTH command of one session and the lines of the exchange after it (RFC 4954 §4). The client's responses are
 * secrets: they are neither logged nor echoed. Confined to the loop thread.
 */
public final class AuthInput implements InputHandler {
    /** The longest line of an exchange, its CRLF included (RFC 4954 §4). */
    static final int MAX_LINE_BYTES = 12_288;

    private static final Logger LOG = LoggerFactory.getLogger(AuthInput.class);
    private static final byte[] EMPTY = {};

    private final AuthenticationOptions options;
    private final String hostname;
    private final ClientState client;
    private final AuthVerifier verifier;
    private final ReplyQueue replies;
    private final InputSwitch input;
    private final InputOffsets offsets;
    private final LineClassifier classifier;

    private final Collector line = new Collector();
    private @Nullable Mechanism mechanism;
    private @Nullable SaslExchange exchange;

    public AuthInput(
            AuthenticationOptions options,
            String hostname,
            ClientState client,
            AuthVerifier verifier,
            ReplyQueue replies,
            InputSwitch input,
            InputOffsets offsets,
            LineClassifier classifier) {
        this.options = options;
        this.hostname = hostname;
        this.client = client;
        this.verifier = verifier;
        this.replies = replies;
        this.input = input;
        this.offsets = offsets;
        this.classifier = classifier;
    }

    // ---- the command

    /** AUTH mechanism [initial-response]; returns the reply, or {@link Replies#LATER}. */
    Reply begin(Command command) {
        if (client.user() != null) {
            return Replies.AUTHENTICATED_ALREADY;
        } else if (!command.hasArgument()) {
            return Replies.AUTH_ARGUMENTS;
        }
        byte[] bytes = command.bytes();
        int nameTo = command.endOfFirstWord();
        Mechanism named =
                Mechanism.of(new String(bytes, command.argumentFrom(), nameTo - command.argumentFrom(), ISO_8859_1));
        if (named == null || !options.credentials().mechanisms().contains(named)) {
            return Replies.AUTH_BAD_MECHANISM;
        }
        if (!options.offered(client).contains(named)) {
            return client.insideTls() ? Replies.AUTH_BAD_MECHANISM : Replies.AUTH_NEEDS_TLS;
        }
        int from = nameTo;
        while (from < command.argumentTo() && bytes[from] == ' ') {
            from++;
        }
        return from < command.argumentTo()
                ? beginWithResponse(named, bytes, from, command.argumentTo())
                : begin(named, null);
    }

    private Reply beginWithResponse(Mechanism named, byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return Replies.AUTH_ARGUMENTS;
            }
        }
        boolean isEmpty = to - from == 1 && bytes[from] == '='; // RFC 4954 §4
        byte[] response = isEmpty ? EMPTY : StrictBase64.decode(bytes, from, to);
        if (response == null) {
            return Replies.AUTH_NO_BASE64;
        }
        return named.clientSpeaksFirst() ? begin(named, response) : Replies.AUTH_SERVER_FIRST;
    }

    private Reply begin(Mechanism named, byte @Nullable [] initialResponse) {
        SaslExchange begun = named.begin(options.saslContext(hostname, client));
        mechanism = named;
        exchange = begun;
        return take(begun, begun.begin(initialResponse));
    }

    // ---- the exchange

    @Override
    public void collect(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, MAX_LINE_BYTES - 2); // without the CRLF
    }

    @Override
    public void inputReleased() {
        line.keep();
    }

    @Override
    public boolean isMessage() {
        return false;
    }

    @Override
    public void found() throws IOException {
        LOG.debug("session={} C: ***", client.session());
        offsets.authResponse();
        Reply reply = respond();
        line.clear();
        if (!Replies.isLater(reply)) {
            replies.give(Verb.AUTH, reply);
        }
    }

    private Reply respond() {
        SaslExchange begun = exchange;
        if (begun == null) {
            throw new IllegalStateException("an AUTH response outside an exchange");
        }
        if (line.overflowed()) {
            return end(Replies.AUTH_TOO_LONG);
        }
        if (line.to() - line.from() == 1 && line.bytes()[line.from()] == '*') {
            return end(Replies.AUTH_CANCELLED);
        }
        byte[] response = StrictBase64.decode(line.bytes(), line.from(), line.to());
        if (response == null) {
            return end(Replies.AUTH_NO_BASE64);
        }
        return take(begun, begun.respond(response));
    }

    /**
     * Continues the exchange. A response that the mechanism itself refuses is answered after the delay for failures,
     * too.
     */
    private Reply take(SaslExchange begun, SaslStep step) {
        boolean refused = step instanceof Failure failure && failure.reason() == SaslStep.Reason.REFUSED;
        return refused ? verifier.afterFailureDelay(reply -> takeNow(begun, step)) : takeNow(begun, step);
    }

    private Reply takeNow(SaslExchange begun, SaslStep step) {
        if (step instanceof Challenge challenge) {
            input.receiveLines(this);
            return Replies.challenge(challenge.text());
        } else if (step instanceof Verify verify) {
            return verifier.verify(
                    verify.claim(), result -> takeNow(begun, begun.verified(result)), this::endAfterTimeout);
        } else if (step instanceof Success success) {
            LOG.info("session={} authenticated mechanism={} user={}", client.session(), mechanism, success.user());
            client.setUser(success.user());
            return end(Replies.AUTHENTICATED);
        }
        return end(reply(((Failure) step).reason()));
    }

    private Reply reply(SaslStep.Reason reason) {
        return switch (reason) {
            case MALFORMED -> Replies.AUTH_MALFORMED;
            case UNAVAILABLE -> Replies.AUTH_UNAVAILABLE;
            case REFUSED -> {
                LOG.info(
                        "session={} authentication refused mechanism={} client={}",
                        client.session(),
                        mechanism,
                        client.address());
                yield Replies.AUTH_REFUSED;
            }
        };
    }

    /** Ends the exchange with this reply. */
    private Reply end(Reply reply) {
        clear();
        input.receiveCommands();
        if (reply.isError()) {
            classifier.exchangeFailed();
        }
        return reply;
    }

    private void endAfterTimeout() {
        clear();
        input.receiveCommands();
        classifier.exchangeFailed();
    }

    /** Forgets the exchange. */
    public void clear() {
        exchange = null;
        mechanism = null;
        line.clear();
    }
}
