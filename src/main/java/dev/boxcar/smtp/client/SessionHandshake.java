// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a session begins: greeting, EHLO or HELO, TLS and EHLO again, who we are. Confined to the loop thread. */
final class SessionHandshake {
    private final SmtpClient client;
    private final ClientOptions options;
    private ServerCapabilities offers = ServerCapabilities.NONE;
    private @Nullable ClientAuthentication authentication;

    SessionHandshake(SmtpClient client, ClientOptions options) {
        this.client = client;
        this.options = options;
    }

    /** An answer to something that the opening said. */
    void hear(SessionStep step, ServerReply answer) {
        switch (step) {
            case BANNER -> {
                if (answer.isPositive()) {
                    hello();
                } else {
                    client.fail(SessionFailure.of(step, answer));
                }
            }
            case EHLO -> {
                if (answer.isPositive()) {
                    greeted(ServerCapabilities.of(answer));
                } else if (answer.isPermanent()) { // RFC 5321 §3.2: it may know HELO
                    client.say(SessionStep.HELO, "HELO " + options.hostname());
                } else {
                    client.fail(SessionFailure.of(step, answer));
                }
            }
            case HELO -> {
                if (answer.isPositive()) {
                    greeted(ServerCapabilities.NONE);
                } else {
                    client.fail(SessionFailure.of(step, answer));
                }
            }
            case STARTTLS -> {
                if (answer.isPositive()) {
                    client.secure();
                } else if (options.security() == TlsMode.OPPORTUNISTIC) {
                    identify();
                } else {
                    client.fail(SessionFailure.of(step, answer));
                }
            }
            case AUTH -> heardOfAuth(answer);
            case CONNECT, RSET, MAIL, RCPT, DATA, MESSAGE, QUIT ->
                throw new IllegalStateException(step + " in the opening");
        }
    }

    /**
     * TLS is there. What was offered in clear, and whatever came behind the answer to STARTTLS, counts for nothing (RFC
     * 3207 §4.2).
     */
    void secured(long bytesInClear) {
        if (bytesInClear > 0) {
            client.fail(new SessionFailure(
                    SessionStep.STARTTLS, null, "the server said more in clear behind its answer to STARTTLS"));
        } else {
            offers = ServerCapabilities.NONE;
            hello();
        }
    }

    private void hello() {
        client.say(SessionStep.EHLO, "EHLO " + options.hostname());
    }

    private void greeted(ServerCapabilities offered) {
        offers = offered;
        if (client.isInClear() && options.security().upgrades() && offers.has("STARTTLS")) {
            client.say(SessionStep.STARTTLS, "STARTTLS");
        } else if (client.isInClear() && options.security() == TlsMode.STARTTLS) {
            client.fail(new SessionFailure(SessionStep.STARTTLS, null, "the server does not offer STARTTLS"));
        } else {
            identify();
        }
    }

    private void identify() {
        ClientCredentials login = options.credentials();
        if (login == null) {
            client.opened(offers);
        } else if (client.isInClear() && !login.inClearText()) {
            fail("a password is not sent in clear text");
        } else {
            authentication = ClientAuthentication.with(login, offers);
            if (authentication == null) {
                fail("the server offers neither AUTH PLAIN nor AUTH LOGIN");
            } else {
                sayNext(authentication);
            }
        }
    }

    private void heardOfAuth(ServerReply answer) {
        if (answer.isIntermediate()) {
            sayNext(Objects.requireNonNull(authentication, "the exchange"));
        } else if (answer.isPositive()) {
            authentication = null;
            client.opened(offers);
        } else {
            client.fail(SessionFailure.of(SessionStep.AUTH, answer));
        }
    }

    private void sayNext(ClientAuthentication exchange) {
        String line = exchange.next();
        if (line == null) {
            fail("the server asks for more than AUTH has to say");
        } else {
            client.say(SessionStep.AUTH, line);
        }
    }

    private void fail(String reason) {
        client.fail(new SessionFailure(SessionStep.AUTH, null, reason));
    }
}
