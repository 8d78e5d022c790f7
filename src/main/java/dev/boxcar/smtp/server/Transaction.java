// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.Extension;
import dev.boxcar.smtp.FutureRelease;
import dev.boxcar.smtp.PathSyntax;
import dev.boxcar.smtp.Reply;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mail transaction of a session (RFC 5321 §3.3): from MAIL, over the RCPTs, to the end of the message or a reset. The paths are
 * checked where they stand, and copied once, into the envelope. Confined to the loop thread; used again for each message.
 */
final class Transaction {
    /** The envelope of one message, all recipients together; no honest one comes near. */
    private static final int MOST_ENVELOPE_OCTETS = 4 * 1024 * 1024;

    private final Limits limits;
    private final MessageSink sink;
    private final EnvelopeBudget budget;
    private @Nullable EnvelopeWriter envelope;
    /** Shares of the budget that this envelope has taken. */
    private int shares;

    private final MailParameters parameters;
    private final RcptParameters recipientParameters = new RcptParameters();

    Transaction(Limits limits, MessageSink sink, EnvelopeBudget budget, FutureRelease holding) {
        this.limits = limits;
        this.sink = sink;
        this.budget = budget;
        this.parameters = new MailParameters(holding);
    }

    boolean isOpen() {
        return envelope != null;
    }

    int recipients() {
        return envelope == null ? 0 : envelope.recipients();
    }

    /**
     * MAIL FROM:path parameters (RFC 5321 §4.1.1.2).
     *
     * @param preamble begins the envelope
     * @param offered the extensions that the session may use
     */
    Reply mail(Command command, byte[] preamble, Set<Extension> offered) {
        byte[] octets = command.octets();
        int to = command.argumentTo();
        int from = behind("FROM:", command);
        if (from < 0) {
            return Replies.BAD_MAIL;
        }
        int pathEnd = PathSyntax.endOfReversePath(octets, from, to);
        if (pathEnd < 0 || (pathEnd < to && octets[pathEnd] != ' ')) {
            return Replies.BAD_SENDER;
        }
        Reply problem = parameters.read(octets, pathEnd, to, offered);
        if (problem != null) {
            return problem;
        }
        if (!parameters.smtpUtf8Asked() && !PathSyntax.isAscii(octets, from, pathEnd)) {
            return Replies.SENDER_NEEDS_SMTPUTF8;
        }
        if (parameters.sizeOctets() > limits.messageOctets()) {
            return Replies.TOO_LARGE;
        }
        Reply refusal = refusal(parameters.sizeOctets());
        if (refusal != null) {
            return refusal;
        }
        envelope = new EnvelopeWriter(preamble);
        envelope.reversePath(octets, from, to);
        return Replies.SENDER;
    }

    /** RCPT TO:path parameters (RFC 5321 §4.1.1.3), of the extensions {@code offered}. */
    Reply rcpt(Command command, Set<Extension> offered) {
        byte[] octets = command.octets();
        int to = command.argumentTo();
        int from = behind("TO:", command);
        if (from < 0) {
            return Replies.BAD_RCPT;
        }
        int pathEnd = PathSyntax.endOfForwardPath(octets, from, to);
        if (pathEnd < 0 || (pathEnd < to && octets[pathEnd] != ' ')) {
            return Replies.BAD_RECIPIENT;
        }
        boolean smtpUtf8 = parameters.smtpUtf8Asked();
        Reply problem = recipientParameters.read(octets, pathEnd, to, offered, smtpUtf8);
        if (problem != null) {
            return problem;
        }
        if (!smtpUtf8 && !PathSyntax.isAscii(octets, from, pathEnd)) {
            return Replies.RECIPIENT_NEEDS_SMTPUTF8;
        }
        EnvelopeWriter open = envelope();
        if (open.recipients() >= limits.recipients() || open.octets() > MOST_ENVELOPE_OCTETS) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        if (open.octets() > (shares + 1L) * EnvelopeBudget.SHARE_OCTETS) {
            if (!budget.takeShare()) {
                return Replies.TOO_MANY_RECIPIENTS;
            }
            shares++;
        }
        open.forwardPath(octets, from, to);
        return Replies.RECIPIENT;
    }

    /** Where the argument goes on behind {@code word} and any spaces, or -1 where it does not begin with it. */
    private static int behind(String word, Command command) {
        byte[] octets = command.octets();
        int at = command.argumentFrom();
        int to = command.argumentTo();
        for (int i = 0; i < word.length(); i++, at++) {
            if (at >= to || Character.toUpperCase((char) octets[at]) != word.charAt(i)) {
                return -1;
            }
        }
        while (at < to && octets[at] == ' ') {
            at++; // RFC 5321 §3.3 forbids spaces here, and every server takes them
        }
        return at;
    }

    /** Why the sink would not take the message now, or null. */
    @Nullable
    Reply refusal() {
        return refusal(parameters.sizeOctets());
    }

    private @Nullable Reply refusal(long octets) {
        return switch (sink.admits(octets)) {
            case STORED -> null;
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
    }

    /** Whether the message has no lines, and so can come by BDAT alone. */
    boolean isBinary() {
        return parameters.isBinary();
    }

    /** The envelope of the message that is complete now. */
    Envelope finish(Set<Envelope.Flag> flags) {
        Envelope finished = envelope().finish(Instant.now(), flags);
        end();
        return finished;
    }

    /** Forgets what there is of it. */
    void end() {
        envelope = null;
        budget.giveBack(shares);
        shares = 0;
    }

    private EnvelopeWriter envelope() {
        if (envelope == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return envelope;
    }
}
