// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.sasl.ChannelBinding;
import java.net.ProtocolException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The start of a session: greeting, EHLO or HELO, STARTTLS and EHLO again, AUTH. Confined to the loop thread. */
final class SessionHandshake {
    /** The methods of the connection that the handshake calls. */
    interface Connection {
        /** Sends a command line, without its CRLF, whose reply is expected. */
        void send(SessionStep step, String line);

        boolean isEncrypted();

        /** The data that binds an exchange to the TLS connection; null without TLS. */
        @Nullable
        ChannelBinding binding();

        /**
         * Computes a line away from the loop and then calls {@code use} on the loop, unless the session has ended. A
         * failure ends the session.
         */
        void compute(Callable<String> line, Consumer<String> use);

        /** Starts TLS; {@link SessionHandshake#secured} is called once it is established. */
        void startTls();

        /** The handshake is complete. */
        void ready(ServerCapabilities capabilities);

        /** The handshake has failed, and with it the session. */
        void fail(SessionFailure failure);
    }

    private final Connection connection;
    private final ClientOptions options;
    private ServerCapabilities capabilities = ServerCapabilities.NONE;
    private @Nullable ClientAuthentication authentication;

    SessionHandshake(Connection connection, ClientOptions options) {
        this.connection = connection;
        this.options = options;
    }

    /** Receives the reply to a command of the handshake. */
    void receive(SessionStep step, ServerReply reply) {
        switch (step) {
            case BANNER -> {
                if (reply.isPositive()) {
                    sendEhlo();
                } else {
                    connection.fail(SessionFailure.of(step, reply));
                }
            }
            case EHLO -> {
                if (reply.isPositive()) {
                    greeted(ServerCapabilities.of(reply));
                } else if (reply.isPermanent()
                        && options.protocol() == ClientProtocol.SMTP) { // RFC 5321 §3.2: the server may still know HELO
                    connection.send(SessionStep.HELO, "HELO " + options.hostname());
                } else {
                    connection.fail(SessionFailure.of(step, reply));
                }
            }
            case HELO -> {
                if (reply.isPositive()) {
                    greeted(ServerCapabilities.NONE);
                } else {
                    connection.fail(SessionFailure.of(step, reply));
                }
            }
            case STARTTLS -> {
                if (reply.isPositive()) {
                    connection.startTls();
                } else if (options.tlsMode() == TlsMode.OPPORTUNISTIC) {
                    authenticate();
                } else {
                    connection.fail(SessionFailure.of(step, reply));
                }
            }
            case AUTH -> receiveAuthReply(reply);
            case CONNECT, RSET, MAIL, RCPT, DATA, MESSAGE, QUIT ->
                throw new IllegalStateException(step + " is not a step of the handshake");
        }
    }

    /**
     * TLS is established after STARTTLS. The client discards the capabilities that the server offered in clear text,
     * and rejects anything that the server sent after its reply to STARTTLS (RFC 3207 §4.2).
     */
    void secured(long clearTextBytes) {
        if (clearTextBytes > 0) {
            connection.fail(new SessionFailure(
                    SessionStep.STARTTLS, null, "the server sent clear text after its reply to STARTTLS"));
        } else {
            capabilities = ServerCapabilities.NONE;
            sendEhlo();
        }
    }

    private void sendEhlo() {
        connection.send(SessionStep.EHLO, options.protocol().greeting() + " " + options.hostname());
    }

    private void greeted(ServerCapabilities offered) {
        capabilities = offered;
        boolean inClearText = !connection.isEncrypted();
        if (inClearText && options.tlsMode().usesStartTls() && offered.has("STARTTLS")) {
            connection.send(SessionStep.STARTTLS, "STARTTLS");
        } else if (inClearText && options.tlsMode() == TlsMode.STARTTLS) {
            connection.fail(new SessionFailure(SessionStep.STARTTLS, null, "the server does not offer STARTTLS"));
        } else {
            authenticate();
        }
    }

    private void authenticate() {
        if (options.requireTls() && !(connection.isEncrypted() && capabilities.has("REQUIRETLS"))) {
            connection.fail(new SessionFailure(
                    SessionStep.EHLO,
                    null,
                    "5.7.30 the sender requires TLS, and the server does not offer REQUIRETLS"));
            return;
        }
        ClientCredentials credentials = options.credentials();
        if (credentials == null) {
            connection.ready(capabilities);
        } else if (!connection.isEncrypted() && !credentials.inClearText()) {
            failAuth("the password may not be sent in clear text");
        } else {
            authentication = ClientAuthentication.with(credentials, capabilities, connection.binding());
            if (authentication == null) {
                failAuth("the server offers no AUTH mechanism that the credentials serve");
            } else {
                connection.send(SessionStep.AUTH, authentication.command());
            }
        }
    }

    private void receiveAuthReply(ServerReply reply) {
        ClientAuthentication exchange = Objects.requireNonNull(authentication, "the exchange");
        if (reply.isIntermediate()) {
            respond(exchange, reply);
        } else if (reply.isPositive() && !exchange.isServerProved()) {
            failAuth("the server did not prove that it knows the password");
        } else if (reply.isPositive()) {
            authentication = null;
            connection.ready(capabilities);
        } else {
            connection.fail(SessionFailure.of(SessionStep.AUTH, reply));
        }
    }

    private void respond(ClientAuthentication exchange, ServerReply challenge) {
        if (exchange.isSlow()) {
            connection.compute(() -> exchange.respond(challenge), line -> connection.send(SessionStep.AUTH, line));
            return;
        }
        try {
            connection.send(SessionStep.AUTH, exchange.respond(challenge));
        } catch (ProtocolException e) {
            failAuth(String.valueOf(e.getMessage()));
        }
    }

    private void failAuth(String reason) {
        connection.fail(new SessionFailure(SessionStep.AUTH, null, reason));
    }
}
