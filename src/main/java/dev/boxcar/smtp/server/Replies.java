// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

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
 * What a session says, once and for all sessions; each text names its command, so that a train of answers can be read.
 */
final class Replies {
    private static final Reply QUEUED = Reply.of(250, "2.0.0", "Message queued as");
    static final Reply RSET = Reply.of(250, "2.0.0", "Reset OK");
    static final Reply NOOP = Reply.of(250, "2.0.0", "NOOP OK");
    static final Reply SENDER = Reply.of(250, "2.1.0", "Sender OK");
    static final Reply RECIPIENT = Reply.of(250, "2.1.5", "Recipient OK");
    static final Reply START_INPUT = Reply.of(354, "", "Start message, end it with <CRLF>.<CRLF>");
    /** RFC 5321 §7.3: a server that will not tell says 252, which cannot be taken for yes or no. */
    static final Reply CANNOT_VERIFY = Reply.of(252, "2.0.0", "Cannot verify, but will take mail for it");

    static final Reply HELP = Reply.of(
            214,
            "2.0.0",
            "Commands: "
                    + String.join(
                            " ", Arrays.stream(Verb.values()).map(Verb::name).toList()),
            "End of HELP");

    static final Reply TOO_LONG = Reply.of(500, "5.5.2", "Line too long");
    static final Reply BAD_BYTES = Reply.of(500, "5.5.2", "A command is a line without NUL, bare CR or bare LF");
    static final Reply UNKNOWN = Reply.of(500, "5.5.1", "Unknown command");

    static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "This command has no argument");
    static final Reply ARGUMENT_MISSING = Reply.of(501, "5.5.4", "An argument is missing");
    /** Answers to EHLO and HELO carry no status (RFC 2034 §4). */
    static final Reply BAD_HELLO = Reply.of(501, "", "Say EHLO and your domain or address");

    static final Reply BAD_MAIL = Reply.of(501, "5.5.4", "Say MAIL FROM:<address>");
    static final Reply BAD_RCPT = Reply.of(501, "5.5.4", "Say RCPT TO:<address>");
    static final Reply BAD_SENDER = Reply.of(501, "5.1.7", "Malformed sender address");
    static final Reply BAD_RECIPIENT = Reply.of(501, "5.1.3", "Malformed recipient address");
    static final Reply BAD_PARAMETER = Reply.of(501, "5.5.4", "Malformed parameter");
    static final Reply REPEATED_PARAMETER = Reply.of(501, "5.5.4", "A parameter is given twice");
    /** One for each parameter: what its value ought to be. */
    private static final Map<Parameter, Reply> BAD_VALUES = Arrays.stream(Parameter.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(), parameter -> Reply.of(501, "5.5.4", parameter.wants())));

    static final Reply HELD_TWICE = Reply.of(501, "5.5.4", "Say HOLDFOR or HOLDUNTIL, not both");
    /** RFC 4865 §4: over what was announced. */
    static final Reply HELD_TOO_LONG = Reply.of(501, "5.5.4", "A message is not held for so long");

    static final Reply UNKNOWN_PARAMETER = Reply.of(555, "5.5.4", "Unknown parameter");

    /** RFC 3207 §4. */
    static final Reply START_TLS = Reply.of(220, "2.0.0", "Start TLS now");

    static final Reply TLS_UNAVAILABLE = Reply.of(454, "4.7.0", "TLS is not available now");
    static final Reply NO_TLS_HERE = Reply.of(502, "5.5.1", "STARTTLS is not offered here");
    static final Reply TLS_ALREADY = Reply.of(503, "5.5.1", "TLS was started already");
    static final Reply TLS_FIRST = Reply.of(530, "5.7.0", "Must issue a STARTTLS command first");
    static final Reply BAD_CHUNK = Reply.of(501, "5.5.4", "Say BDAT, how many octets, and LAST behind the last");
    /** Where the next command begins, nobody can tell: the session ends. */
    static final Reply CHUNK_WITHOUT_SIZE =
            Reply.of(501, "5.5.4", "BDAT wants how many octets; without that, closing connection");

    static final Reply CHUNK_TOO_LARGE = Reply.of(421, "4.3.4", "Chunk far too large, closing connection");
    static final Reply NOT_OFFERED = Reply.of(502, "5.5.1", "This command is not offered here");
    static final Reply RCPT_BETWEEN_CHUNKS = Reply.of(503, "5.5.1", "RCPT is for before the first BDAT");
    static final Reply DATA_BETWEEN_CHUNKS = Reply.of(503, "5.5.1", "The message comes by BDAT, not by DATA");
    static final Reply BINARY_NEEDS_BDAT = Reply.of(503, "5.5.1", "A BINARYMIME message comes by BDAT");
    static final Reply VRFY_NEEDS_SMTPUTF8 = Reply.of(553, "5.6.7", "What is outside ASCII needs SMTPUTF8");
    static final Reply MALFORMED_UTF8 = Reply.of(501, "5.5.4", "Malformed UTF-8");

    static final Reply HELLO_FIRST = Reply.of(503, "5.5.1", "Say EHLO first");
    static final Reply MAIL_FIRST = Reply.of(503, "5.5.1", "MAIL first");
    static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "MAIL was given already");
    static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1", "No valid recipients");

    static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    static final Reply AUTH_WITHIN_MAIL = Reply.of(503, "5.5.1", "AUTH is not for within a mail transaction");
    static final Reply AUTHENTICATED_ALREADY = Reply.of(503, "5.5.1", "Authenticated already");
    static final Reply AUTH_BAD_MECHANISM = Reply.of(504, "5.5.4", "Mechanism of AUTH is not offered");
    static final Reply AUTH_NEEDS_TLS = Reply.of(538, "5.7.11", "Encryption required for AUTH");
    static final Reply AUTH_ARGUMENTS = Reply.of(501, "5.5.4", "Say AUTH mechanism, or AUTH mechanism response");
    static final Reply AUTH_SERVER_FIRST = Reply.of(501, "5.7.0", "This mechanism of AUTH begins with a challenge");
    static final Reply AUTH_NO_BASE64 = Reply.of(501, "5.5.2", "Response to AUTH is no base64");
    static final Reply AUTH_MALFORMED = Reply.of(501, "5.5.2", "Response to AUTH is malformed");
    static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "AUTH cancelled");
    static final Reply AUTH_TOO_LONG = Reply.of(500, "5.5.6", "Line of AUTH too long");
    static final Reply AUTH_REFUSED = Reply.of(535, "5.7.8", "Authentication credentials invalid");
    static final Reply AUTH_UNAVAILABLE = Reply.of(454, "4.7.0", "Authentication not possible now, try again later");
    static final Reply AUTH_REQUIRED = Reply.of(530, "5.7.0", "Authentication required");

    /** RFC 6531 §3.5: to MAIL. */
    static final Reply SENDER_NEEDS_SMTPUTF8 = Reply.of(550, "5.6.7", "A sender outside ASCII needs SMTPUTF8");
    /** RFC 6531 §3.5: to RCPT. */
    static final Reply RECIPIENT_NEEDS_SMTPUTF8 =
            Reply.of(553, "5.6.7", "A recipient outside ASCII needs SMTPUTF8 at MAIL");

    static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients");
    static final Reply TOO_MANY_MESSAGES =
            Reply.of(421, "4.7.0", "Enough messages for one session, closing connection");
    static final Reply TOO_MANY_DOMAINS = Reply.of(452, "4.5.3", "Too many recipient domains in one session");
    static final Reply TOO_LARGE = Reply.of(552, "5.3.4", "Message too large");
    static final Reply NO_ROOM = Reply.of(452, "4.3.1", "No room for a message now, try again later");
    static final Reply FAULT = Reply.of(451, "4.3.0", "Local fault, try again later");

    /** To a client that was refused when it connected: nothing but QUIT (RFC 5321 §3.1). */
    static final Reply NO_SERVICE = Reply.of(503, "5.5.1", "No service here, say QUIT");
    /** A port did not say in time whether to accept. */
    static final Reply NOT_DECIDED = Reply.of(451, "4.7.0", "No decision in time, try again later");

    static final Reply NOT_DECIDED_CONNECT = Reply.of(421, "4.7.0", "No decision in time, closing connection");

    static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors, closing connection");
    static final Reply NOT_HTTP = Reply.of(421, "4.7.0", "This is SMTP, not HTTP, closing connection");
    static final Reply TOO_MANY_CONNECTIONS = Reply.of(421, "4.3.2", "Too many connections, try again later");
    static final Reply TOO_MANY_FROM_THERE =
            Reply.of(421, "4.7.0", "Too many connections from your address, try again later");
    static final Reply MESSAGES_TOO_FAST =
            Reply.of(452, "4.7.0", "Too many messages in a minute from your address, try again later");
    static final Reply RECIPIENTS_TOO_FAST =
            Reply.of(452, "4.7.0", "Too many recipients in a minute from your address, try again later");
    static final Reply SESSION_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients in one session");
    static final Reply NOT_FROM_THERE = Reply.of(554, "5.7.1", "No service for your address, closing connection");
    static final Reply NO_PROXY_HEADER = Reply.of(421, "4.7.0", "A PROXY header is wanted first, closing connection");
    static final Reply UNWANTED_PROXY_HEADER =
            Reply.of(421, "4.7.0", "No PROXY header is taken from your address, closing connection");
    static final Reply TALKED_EARLY = Reply.of(554, "5.5.1", "Talked before the banner, closing connection");
    static final Reply XCLIENT_NOT_FROM_THERE = Reply.of(550, "5.7.0", "XCLIENT is not taken from your address");
    static final Reply XCLIENT_WITHIN_MAIL = Reply.of(503, "5.5.1", "XCLIENT is for between messages");
    static final Reply SESSION_TOO_LONG = Reply.of(421, "4.4.2", "The session lasts too long, closing connection");
    static final Reply COMMAND_TOO_LONG = Reply.of(421, "4.4.2", "A command takes too long, closing connection");
    static final Reply MESSAGE_TOO_SLOW = Reply.of(421, "4.4.2", "The message comes too slowly, closing connection");
    static final Reply SHUTTING_DOWN = Reply.of(421, "4.3.2", "Shutting down, try again later");
    static final Reply IDLE_TOO_LONG = Reply.of(421, "4.4.2", "Idle for too long, closing connection");
    static final Reply COMMIT_TOO_LONG =
            Reply.of(421, "4.3.0", "Storing takes too long; the message may be there, closing connection");
    static final Reply OUR_FAULT = Reply.of(421, "4.3.0", "Internal error, closing connection");

    private Replies() {}

    /** RFC 4954 §4: base64 behind 334, and nothing but a space where the challenge is empty. */
    static Reply challenge(String text) {
        return Reply.of(334, "", Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }

    /** The value of this parameter is malformed, or missing. */
    static Reply badValue(Parameter parameter) {
        return Objects.requireNonNull(BAD_VALUES.get(parameter));
    }

    /** The answer to a chunk that is not the last one. */
    static Reply received(long bytes) {
        return Reply.of(250, "2.0.0", bytes + " octets received");
    }

    static Reply queued(String id) {
        return QUEUED.with(id);
    }

    static Reply closing(String hostname) {
        return Reply.of(221, "2.0.0", hostname + " closing connection");
    }

    static Reply banner(String hostname) {
        return Reply.of(220, "", hostname + " ESMTP Boxcar");
    }

    static Reply hello(String hostname) {
        return Reply.of(250, "", hostname);
    }
}
