// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import dev.boxcar.smtp.sasl.SaslExchange;
import dev.boxcar.smtp.sasl.SaslStep;
import dev.boxcar.smtp.sasl.StrictBase64;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * USER, PASS and AUTH (RFC 1939 §7, RFC 5034). Passwords and responses are never logged or echoed. Confined to the loop
 * thread.
 */
final class LoginCommands {
    private static final byte[] EMPTY = {};

    /** The services of the session that a log-in needs. */
    interface Host {
        /** Asks the authenticator, then calls {@code result} on the loop. Meanwhile the session handles no command. */
        void verify(Claim claim, Consumer<ClaimResult> result);

        /** The user is authenticated. */
        void loggedIn(String user);

        /** If true, the client's next line is given to {@link #respond}; if false, it is a command. */
        void expectResponse(boolean expected);

        /** What a SASL exchange needs to know about the session: the server's name and the TLS in use. */
        SaslContext saslContext();
    }

    private final Host host;
    private final Pop3Replies replies;
    private @Nullable String user;
    private @Nullable SaslExchange exchange;

    LoginCommands(Host host, Pop3Replies replies) {
        this.host = host;
        this.replies = replies;
    }

    void user(String name) {
        user = name;
        replies.ok("send PASS");
    }

    void pass(String password) {
        String name = user;
        user = null;
        if (name == null) {
            replies.error("USER comes first");
            return;
        }
        host.verify(new Claim.Password(name, password, ""), result -> {
            if (result == ClaimResult.YES) {
                host.loggedIn(name);
            } else {
                refuse(result == ClaimResult.NO ? SaslStep.Reason.REFUSED : SaslStep.Reason.UNAVAILABLE);
            }
        });
    }

    /** AUTH mechanism [initial-response]. */
    void auth(List<String> arguments, Set<Mechanism> offered) {
        Mechanism mechanism = Mechanism.of(arguments.get(0));
        if (mechanism == null || !offered.contains(mechanism)) {
            replies.error("this mechanism is not offered");
            return;
        }
        byte[] initial = null;
        if (arguments.size() > 1) {
            byte[] text = arguments.get(1).getBytes(UTF_8);
            boolean isEmpty = text.length == 1 && text[0] == '='; // RFC 5034 §4
            initial = isEmpty ? EMPTY : StrictBase64.decode(text, 0, text.length);
            if (initial == null) {
                replies.error("invalid base64");
                return;
            }
            if (!mechanism.clientSpeaksFirst()) {
                replies.error("this mechanism has no initial response");
                return;
            }
        }
        SaslExchange begun = mechanism.begin(host.saslContext());
        exchange = begun;
        take(begun, begun.begin(initial));
    }

    /** A line of the client within an exchange. */
    void respond(byte[] line, int from, int to) {
        SaslExchange begun = exchange;
        if (begun == null) {
            throw new IllegalStateException("a response without an exchange");
        }
        if (to - from == 1 && line[from] == '*') {
            end();
            replies.error("cancelled");
            return;
        }
        byte[] response = StrictBase64.decode(line, from, to);
        if (response == null) {
            end();
            replies.error("invalid base64");
        } else {
            take(begun, begun.respond(response));
        }
    }

    /** A line within an exchange was longer than {@link Pop3Session} accepts. */
    void responseTooLong() {
        end();
        replies.error("line too long");
    }

    private void take(SaslExchange begun, SaslStep step) {
        if (step instanceof SaslStep.Challenge challenge) {
            host.expectResponse(true);
            replies.challenge(
                    Base64.getEncoder().encodeToString(challenge.text().getBytes(UTF_8)));
        } else if (step instanceof SaslStep.Verify verify) {
            host.verify(verify.claim(), result -> take(begun, begun.verified(result)));
        } else if (step instanceof SaslStep.Success success) {
            end();
            host.loggedIn(success.user());
        } else {
            end();
            refuse(((SaslStep.Failure) step).reason());
        }
    }

    private void refuse(SaslStep.Reason reason) {
        switch (reason) {
            case MALFORMED -> replies.error("malformed response");
            case REFUSED -> replies.error("[AUTH] invalid user or password"); // RFC 3206 §4
            case UNAVAILABLE -> replies.fault("[SYS/TEMP] log-ins cannot be verified now");
        }
    }

    /** Forgets an exchange. */
    private void end() {
        exchange = null;
        host.expectResponse(false);
    }

    /** TLS has begun: forgets what the client sent before it (RFC 2595 §4). */
    void forget() {
        user = null;
        exchange = null;
    }
}
