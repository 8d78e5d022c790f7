// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.ForwardPath;
import dev.boxcar.smtp.PathSyntax;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.ReversePath;
import java.time.Instant;
import java.util.Arrays;
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

    private @Nullable Body body;
    private int pathFrom;
    private int pathTo;
    private long declaredOctets;
    private boolean smtpUtf8;

    Transaction(Limits limits, MessageSink sink, EnvelopeBudget budget) {
        this.limits = limits;
        this.sink = sink;
        this.budget = budget;
    }

    boolean isOpen() {
        return envelope != null;
    }

    int recipients() {
        return envelope == null ? 0 : envelope.recipients();
    }

    /** MAIL FROM:path parameters (RFC 5321 §4.1.1.2); {@code preamble} begins the envelope. */
    Reply mail(Command command, byte[] preamble, boolean authOffered) {
        byte[] octets = command.octets();
        int to = command.argumentTo();
        int from = behind("FROM:", command);
        if (from < 0) {
            return Replies.BAD_MAIL;
        }
        int pathEnd = PathSyntax.endOfReversePath(octets, from, to);
        if (pathEnd < 0) {
            return Replies.BAD_SENDER;
        }
        var parameters = new MailParameters(authOffered);
        Reply problem = parameters.read(octets, pathEnd, to);
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
        pathFrom = from;
        pathTo = pathEnd;
        envelope = new EnvelopeWriter(preamble);
        envelope.reversePath(octets, from, to);
        declaredOctets = parameters.sizeOctets();
        smtpUtf8 = parameters.smtpUtf8Asked();
        return Replies.SENDER;
    }

    /** Where the path of the last MAIL or RCPT began. */
    int pathFrom() {
        return pathFrom;
    }

    /** The sender whom {@link #mail} just accepted. */
    ReversePath sender(Command command) {
        return ReversePath.parse(text(command.octets(), pathFrom, pathTo));
    }

    /** RCPT TO:path (RFC 5321 §4.1.1.3): whether it may be added, when {@code undecided} others may be added before it. */
    Reply checkRecipient(Command command, int undecided) {
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
        if (pathEnd < to) {
            return Replies.UNKNOWN_PARAMETER;
        }
        if (!smtpUtf8 && !PathSyntax.isAscii(octets, from, pathEnd)) {
            return Replies.RECIPIENT_NEEDS_SMTPUTF8;
        }
        pathFrom = from;
        pathTo = pathEnd;
        return recipients() + undecided >= limits.recipients() ? Replies.TOO_MANY_RECIPIENTS : Replies.RECIPIENT;
    }

    /** The recipient whom {@link #checkRecipient} just accepted, with its parameters, to be kept until it is decided. */
    byte[] recipientLine(Command command) {
        return Arrays.copyOfRange(command.octets(), pathFrom, command.argumentTo());
    }

    /** The recipient in a line made by {@link #recipientLine}. */
    static ForwardPath recipient(byte[] line) {
        return ForwardPath.parse(text(line, 0, PathSyntax.endOfForwardPath(line, 0, line.length)));
    }

    /** Adds a recipient that was checked: the octets of RCPT from its path on. */
    Reply add(byte[] octets, int from, int to) {
        EnvelopeWriter open = envelope();
        if (open.octets() > MOST_ENVELOPE_OCTETS) {
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

    private static String text(byte[] octets, int from, int to) {
        return new String(octets, from, to - from, UTF_8);
    }

    /** The message is about to come. */
    void begin(Body begun) {
        body = begun;
    }

    /** The message that is coming in. */
    Body body() {
        if (body == null) {
            throw new IllegalStateException("no message is coming in");
        }
        return body;
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
        return refusal(declaredOctets);
    }

    private @Nullable Reply refusal(long octets) {
        return switch (sink.admits(octets)) {
            case STORED -> null;
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
    }

    /** The envelope of the message that is complete now. */
    Envelope finish(Set<Envelope.Flag> flags) {
        Envelope finished = envelope().finish(Instant.now(), flags);
        end();
        return finished;
    }

    /** Forgets what there is of it, and gives back what it holds. */
    void end() {
        envelope = null;
        if (body != null) {
            body.abandon();
            body = null;
        }
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
