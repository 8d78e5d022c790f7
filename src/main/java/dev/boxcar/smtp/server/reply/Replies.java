// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Parameter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The replies of all sessions, created once. Most texts name their command, so that a batch of replies can be read.
 * Immutable; any thread.
 */
public final class Replies {
    /**
     * Not a reply: a handler returns it if the reply comes later, in a place in the queue that is reserved for it. It
     * is never sent.
     */
    public static final Reply LATER = Reply.of(250, "2.0.0", "Later");

    private static final Reply QUEUED = Reply.of(250, "2.0.0", "Message queued as");
    public static final Reply RSET = Reply.of(250, "2.0.0", "Reset OK");
    public static final Reply NOOP = Reply.of(250, "2.0.0", "NOOP OK");
    public static final Reply SENDER = Reply.of(250, "2.1.0", "Sender OK");
    public static final Reply RECIPIENT = Reply.of(250, "2.1.5", "Recipient OK");
    public static final Reply START_INPUT = Reply.of(354, "", "Start mail input; end with <CRLF>.<CRLF>");
    /** RFC 5321 §7.3: a server that does not verify addresses says 252, which means neither yes nor no. */
    public static final Reply CANNOT_VERIFY =
            Reply.of(252, "2.0.0", "Cannot verify the address, but will accept mail for it");

    public static final Reply HELP = Reply.of(
            214,
            "2.0.0",
            "Commands: "
                    + String.join(
                            " ", Arrays.stream(Verb.values()).map(Verb::name).toList()),
            "End of HELP");

    public static final Reply TOO_LONG = Reply.of(500, "5.5.2", "Line too long");
    public static final Reply BAD_BYTES = Reply.of(500, "5.5.2", "Command contains NUL, bare CR or bare LF");
    public static final Reply UNKNOWN = Reply.of(500, "5.5.1", "Unknown command");

    public static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "This command takes no argument");
    public static final Reply ARGUMENT_MISSING = Reply.of(501, "5.5.4", "Missing argument");
    /** Replies to EHLO and HELO have no enhanced status code (RFC 2034 §4). */
    public static final Reply BAD_HELLO = Reply.of(501, "", "Syntax: EHLO hostname");

    public static final Reply BAD_MAIL = Reply.of(501, "5.5.4", "Syntax: MAIL FROM:<address>");
    public static final Reply BAD_RCPT = Reply.of(501, "5.5.4", "Syntax: RCPT TO:<address>");
    public static final Reply BAD_SENDER = Reply.of(501, "5.1.7", "Invalid sender address");
    public static final Reply BAD_RECIPIENT = Reply.of(501, "5.1.3", "Invalid recipient address");
    public static final Reply BAD_PARAMETER = Reply.of(501, "5.5.4", "Invalid parameter");
    public static final Reply REPEATED_PARAMETER = Reply.of(501, "5.5.4", "Duplicate parameter");
    /** For each parameter, the reply that says what its value must be. */
    private static final Map<Parameter, Reply> BAD_VALUES = Arrays.stream(Parameter.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(), parameter -> Reply.of(501, "5.5.4", parameter.requirement())));

    public static final Reply HELD_TWICE = Reply.of(501, "5.5.4", "Use HOLDFOR or HOLDUNTIL, not both");
    /** RFC 4865 §4: longer than the announced maximum. */
    public static final Reply HELD_TOO_LONG = Reply.of(501, "5.5.4", "Requested hold time exceeds the limit");

    public static final Reply UNKNOWN_PARAMETER = Reply.of(555, "5.5.4", "Unknown parameter");

    /** RFC 3207 §4. */
    public static final Reply START_TLS = Reply.of(220, "2.0.0", "Ready to start TLS");

    public static final Reply TLS_UNAVAILABLE = Reply.of(454, "4.7.0", "TLS is temporarily unavailable");
    public static final Reply NO_TLS_HERE = Reply.of(502, "5.5.1", "STARTTLS is not offered");
    public static final Reply TLS_ALREADY = Reply.of(503, "5.5.1", "TLS is already active");
    public static final Reply TLS_FIRST = Reply.of(530, "5.7.0", "Must issue a STARTTLS command first");
    public static final Reply BAD_CHUNK = Reply.of(501, "5.5.4", "Syntax: BDAT size [LAST]");
    /** Without a size it is unknown where the next command begins, so the session ends. */
    public static final Reply CHUNK_WITHOUT_SIZE =
            Reply.of(501, "5.5.4", "BDAT without a valid size, closing connection");

    public static final Reply CHUNK_TOO_LARGE = Reply.of(421, "4.3.4", "BDAT chunk far too large, closing connection");
    public static final Reply NOT_OFFERED = Reply.of(502, "5.5.1", "This command is not offered");
    public static final Reply RCPT_BETWEEN_CHUNKS = Reply.of(503, "5.5.1", "RCPT is not allowed after BDAT");
    public static final Reply DATA_BETWEEN_CHUNKS = Reply.of(503, "5.5.1", "DATA is not allowed after BDAT");
    public static final Reply BINARY_NEEDS_BDAT = Reply.of(503, "5.5.1", "BINARYMIME requires BDAT instead of DATA");
    public static final Reply VRFY_NEEDS_SMTPUTF8 = Reply.of(553, "5.6.7", "Non-ASCII address requires SMTPUTF8");
    public static final Reply MALFORMED_UTF8 = Reply.of(501, "5.5.4", "Invalid UTF-8");

    public static final Reply HELLO_FIRST = Reply.of(503, "5.5.1", "Send EHLO first");
    public static final Reply MAIL_FIRST = Reply.of(503, "5.5.1", "Send MAIL first");
    public static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "MAIL already given");
    public static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1", "No valid recipients");

    public static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    public static final Reply AUTH_WITHIN_MAIL =
            Reply.of(503, "5.5.1", "AUTH is not allowed during a mail transaction");
    public static final Reply AUTHENTICATED_ALREADY = Reply.of(503, "5.5.1", "Already authenticated");
    public static final Reply AUTH_BAD_MECHANISM = Reply.of(504, "5.5.4", "AUTH mechanism is not offered");
    public static final Reply AUTH_NEEDS_TLS = Reply.of(538, "5.7.11", "Encryption required for AUTH");
    public static final Reply AUTH_ARGUMENTS = Reply.of(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
    public static final Reply AUTH_SERVER_FIRST =
            Reply.of(501, "5.7.0", "This AUTH mechanism takes no initial response");
    public static final Reply AUTH_NO_BASE64 = Reply.of(501, "5.5.2", "AUTH response is invalid base64");
    public static final Reply AUTH_MALFORMED = Reply.of(501, "5.5.2", "Invalid AUTH response");
    public static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "AUTH cancelled");
    public static final Reply AUTH_TOO_LONG = Reply.of(500, "5.5.6", "AUTH line too long");
    public static final Reply AUTH_REFUSED = Reply.of(535, "5.7.8", "Authentication credentials invalid");
    public static final Reply AUTH_UNAVAILABLE =
            Reply.of(454, "4.7.0", "Temporary authentication failure, try again later");
    public static final Reply AUTH_REQUIRED = Reply.of(530, "5.7.0", "Authentication required");

    /** The reply to MAIL (RFC 6531 §3.5). */
    public static final Reply SENDER_NEEDS_SMTPUTF8 =
            Reply.of(550, "5.6.7", "Non-ASCII sender address requires SMTPUTF8");
    /** The reply to RCPT (RFC 6531 §3.5). */
    public static final Reply RECIPIENT_NEEDS_SMTPUTF8 =
            Reply.of(553, "5.6.7", "Non-ASCII recipient address requires MAIL with SMTPUTF8");

    public static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients");
    public static final Reply TOO_MANY_MESSAGES =
            Reply.of(421, "4.7.0", "Too many messages in this session, closing connection");
    public static final Reply TOO_MANY_DOMAINS = Reply.of(452, "4.5.3", "Too many recipient domains in this session");
    public static final Reply TOO_LARGE = Reply.of(552, "5.3.4", "Message too large");
    public static final Reply NO_ROOM = Reply.of(452, "4.3.1", "Insufficient storage, try again later");
    public static final Reply FAULT = Reply.of(451, "4.3.0", "Local error, try again later");

    /** The reply to any command but QUIT of a client whose connection was refused (RFC 5321 §3.1). */
    public static final Reply NO_SERVICE = Reply.of(503, "5.5.1", "No service for this connection, send QUIT");
    /** A port has not answered in time. */
    public static final Reply NOT_DECIDED = Reply.of(451, "4.7.0", "Policy check timed out, try again later");

    public static final Reply NOT_DECIDED_CONNECT =
            Reply.of(421, "4.7.0", "Policy check timed out, closing connection");

    public static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors, closing connection");
    public static final Reply NOT_HTTP = Reply.of(421, "4.7.0", "This is SMTP, not HTTP, closing connection");
    public static final Reply TOO_MANY_CONNECTIONS = Reply.of(421, "4.3.2", "Too many connections, try again later");
    public static final Reply TOO_MANY_FROM_THERE =
            Reply.of(421, "4.7.0", "Too many connections from your address, try again later");
    public static final Reply MESSAGES_TOO_FAST =
            Reply.of(452, "4.7.0", "Too many messages per minute from your address, try again later");
    public static final Reply RECIPIENTS_TOO_FAST =
            Reply.of(452, "4.7.0", "Too many recipients per minute from your address, try again later");
    public static final Reply SESSION_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients in this session");
    public static final Reply NOT_FROM_THERE =
            Reply.of(554, "5.7.1", "Access denied for your address, closing connection");
    public static final Reply NO_PROXY_HEADER = Reply.of(421, "4.7.0", "PROXY header expected, closing connection");
    public static final Reply UNWANTED_PROXY_HEADER =
            Reply.of(421, "4.7.0", "PROXY header not accepted from your address, closing connection");
    public static final Reply TALKED_EARLY =
            Reply.of(554, "5.5.1", "Input received before the banner, closing connection");
    public static final Reply XCLIENT_NOT_FROM_THERE =
            Reply.of(550, "5.7.0", "XCLIENT is not accepted from your address");
    public static final Reply XCLIENT_WITHIN_MAIL =
            Reply.of(503, "5.5.1", "XCLIENT is not allowed during a mail transaction");
    public static final Reply SESSION_TOO_LONG =
            Reply.of(421, "4.4.2", "Session time limit exceeded, closing connection");
    public static final Reply COMMAND_TOO_LONG =
            Reply.of(421, "4.4.2", "Command not completed in time, closing connection");
    public static final Reply MESSAGE_TOO_SLOW =
            Reply.of(421, "4.4.2", "Message arrives too slowly, closing connection");
    public static final Reply SHUTTING_DOWN = Reply.of(421, "4.3.2", "Server shutting down, try again later");
    public static final Reply IDLE_TOO_LONG = Reply.of(421, "4.4.2", "Idle timeout exceeded, closing connection");
    public static final Reply COMMIT_TOO_LONG =
            Reply.of(421, "4.3.0", "Storing timed out; the message may have been stored, closing connection");
    public static final Reply OUR_FAULT = Reply.of(421, "4.3.0", "Internal error, closing connection");

    private Replies() {}

    /** Whether this is {@link #LATER}. */
    @SuppressWarnings("ReferenceEquality") // LATER is that one object
    public static boolean isLater(Reply reply) {
        return reply == LATER;
    }

    /** RFC 4954 §4: 334 and the challenge in base64, or just a space after 334 if the challenge is empty. */
    public static Reply challenge(String text) {
        return Reply.of(334, "", Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }

    /** The reply to an invalid or missing value of this parameter. */
    public static Reply badValue(Parameter parameter) {
        return Objects.requireNonNull(BAD_VALUES.get(parameter));
    }

    /** The reply to a chunk that is not the last one. */
    public static Reply received(long bytes) {
        return Reply.of(250, "2.0.0", bytes + " octets received");
    }

    public static Reply queued(String id) {
        return QUEUED.with(id);
    }

    public static Reply closing(String hostname) {
        return Reply.of(221, "2.0.0", hostname + " closing connection");
    }

    public static Reply banner(String hostname) {
        return Reply.of(220, "", hostname + " ESMTP Boxcar");
    }

    public static Reply hello(String hostname) {
        return Reply.of(250, "", hostname);
    }
}
