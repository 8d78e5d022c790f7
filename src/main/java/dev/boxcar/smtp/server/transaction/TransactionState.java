// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.limit.EnvelopeBudget;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.reply.Replies;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mail transaction of a session (RFC 5321 §3.3): from MAIL through the RCPTs to the end of the message or a reset.
 * It checks the paths in place, in the input buffer, and copies them once, into the envelope. Confined to the loop
 * thread; reused for each message.
 */
public final class TransactionState {
    /** What precedes the path of MAIL. */
    static final String FROM = "FROM:";
    /** What precedes the path of RCPT. */
    static final String TO = "TO:";

    /** The maximum size of one envelope with all its recipients. Real ones are far smaller. */
    private static final int MAX_ENVELOPE_BYTES = 4 * 1024 * 1024;

    private static final int MIN_CAPACITY = 512;
    private static final int MAX_CAPACITY = 16 * 1024;

    private final TransactionContext context;
    private @Nullable EnvelopeWriter envelope;
    /** The bytes that this envelope has taken from the budget. */
    private long budgetBytes;

    /**
     * The initial capacity of the next envelope. The envelopes of a session are usually of similar size, and an array
     * that grows must be copied.
     */
    private int capacity = MIN_CAPACITY;

    private @Nullable MessageBody body;
    private int pathFrom;
    private int pathTo;
    /** The number of messages begun in this session. */
    private int messages;
    /** The domains counted in this session, in lower case; null before the first one is counted. */
    private @Nullable Set<String> domains;

    // From the last MAIL.
    private long sizeBytes;
    private boolean binary;
    private boolean smtpUtf8;

    public TransactionState(TransactionContext context) {
        this.context = context;
    }

    private Limits limits() {
        return context.limits();
    }

    /** Whether MAIL was accepted and its message has not ended. */
    public boolean isOpen() {
        return envelope != null;
    }

    /** The number of accepted recipients. */
    public int recipients() {
        return envelope == null ? 0 : envelope.recipients();
    }

    // ---- MAIL

    /**
     * MAIL FROM:path parameters (RFC 5321 §4.1.1.2).
     *
     * @param preamble the first lines of the envelope
     * @param usable the extensions that the client may use
     */
    public Reply mail(Command command, byte[] preamble, Set<Extension> usable) {
        byte[] bytes = command.bytes();
        int to = command.argumentTo();
        int from = afterPrefix(FROM, command);
        if (from < 0) {
            return Replies.BAD_MAIL;
        }
        int pathEnd = limits().paths().endOfReversePath(bytes, from, to);
        if (pathEnd < 0 || (pathEnd < to && bytes[pathEnd] != ' ')) {
            return Replies.BAD_SENDER;
        }
        MailParameters parameters = context.mailParameters();
        Reply problem = parameters.read(bytes, pathEnd, to, usable);
        sizeBytes = parameters.sizeBytes();
        binary = parameters.isBinary();
        smtpUtf8 = parameters.smtpUtf8Requested();
        if (problem != null) {
            return problem;
        }
        if (!smtpUtf8 && !isAscii(command, from, pathEnd)) {
            return Replies.SENDER_NEEDS_SMTPUTF8;
        }
        Reply refusal = refusal();
        if (refusal != null) {
            return refusal;
        }
        var begun = new EnvelopeWriter(preamble, takeFromBudget(capacity) ? capacity : MIN_CAPACITY);
        begun.reversePath(bytes, from, to);
        if (!takeFromBudget(begun.memory())) {
            return Replies.NO_ROOM;
        }
        messages++;
        pathFrom = from;
        pathTo = pathEnd;
        envelope = begun;
        return Replies.SENDER;
    }

    /** Why the message of the last MAIL is refused by a limit or by the sink; null if it is not. */
    private @Nullable Reply refusal() {
        if (sizeBytes > limits().messageBytes()) {
            return Replies.TOO_LARGE;
        }
        if (limits().sessionMessages() > 0 && messages >= limits().sessionMessages()) {
            return Replies.TOO_MANY_MESSAGES;
        }
        return sinkRefusal();
    }

    /** Why the sink would not take the message now; null if it would. */
    public @Nullable Reply sinkRefusal() {
        return switch (context.sink().admits(sizeBytes)) {
            case ADMITTED -> null;
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
    }

    private static boolean isAscii(Command command, int from, int to) {
        return command.isPrintable() || PathSyntax.isAscii(command.bytes(), from, to);
    }

    /** Takes the memory for an envelope of this many bytes from the budget; returns false if there is not enough. */
    private boolean takeFromBudget(long bytes) {
        long more = Math.max(0, bytes - EnvelopeBudget.FREE_BYTES) - budgetBytes;
        boolean taken = context.budget().take(more);
        budgetBytes += taken ? more : 0;
        return taken;
    }

    /** The sender that {@link #mail} has just accepted. */
    public ReversePath sender(Command command) {
        return ReversePath.parse(text(command.bytes(), pathFrom, pathTo), limits().paths());
    }

    // ---- RCPT

    /**
     * RCPT TO:path parameters (RFC 5321 §4.1.1.3). Returns {@link Replies#RECIPIENT} if the recipient may be added.
     *
     * @param undecided the number of recipients before it that may still be added
     * @param usable the extensions that the client may use
     */
    public Reply checkRecipient(Command command, int undecided, Set<Extension> usable) {
        byte[] bytes = command.bytes();
        int to = command.argumentTo();
        int from = afterPrefix(TO, command);
        if (from < 0) {
            return Replies.BAD_RCPT;
        }
        int pathEnd = limits().paths().endOfForwardPath(bytes, from, to);
        if (pathEnd < 0 || (pathEnd < to && bytes[pathEnd] != ' ')) {
            return Replies.BAD_RECIPIENT;
        }
        Reply problem = context.rcptParameters().read(bytes, pathEnd, to, usable, smtpUtf8);
        if (problem != null) {
            return problem;
        }
        if (!smtpUtf8 && !isAscii(command, from, pathEnd)) {
            return Replies.RECIPIENT_NEEDS_SMTPUTF8;
        }
        pathFrom = from;
        pathTo = pathEnd;
        if (recipients() + undecided >= limits().recipients()) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        return exceedsDomainLimit(bytes) ? Replies.TOO_MANY_DOMAINS : Replies.RECIPIENT;
    }

    private boolean exceedsDomainLimit(byte[] bytes) {
        int maximum = limits().recipientDomains();
        if (maximum == 0) {
            return false;
        }
        if (domains == null) {
            domains = new HashSet<>();
        }
        String domain = ForwardPath.parse(text(bytes, pathFrom, pathTo), limits().paths())
                .mailbox()
                .domain()
                .toLowerCase(Locale.ROOT);
        if (domains.size() >= maximum && !domains.contains(domain)) {
            return true;
        }
        domains.add(domain);
        return false;
    }

    /** A copy of the path and parameters that {@link #checkRecipient} has just accepted. */
    public byte[] copyOfRecipient(Command command) {
        return Arrays.copyOfRange(command.bytes(), pathFrom, command.argumentTo());
    }

    /** The recipient in a line made by {@link #copyOfRecipient}. */
    public static ForwardPath recipient(byte[] line) {
        PathSyntax syntax = PathSyntax.LENIENT; // the line was checked before
        return ForwardPath.parse(text(line, 0, syntax.endOfForwardPath(line, 0, line.length)), syntax);
    }

    /** Adds the recipient that {@link #checkRecipient} has just accepted. */
    public Reply addRecipient(Command command) {
        return addRecipient(command.bytes(), pathFrom, command.argumentTo());
    }

    /** Adds a recipient that was checked before: the bytes of RCPT from its path on. */
    public Reply addRecipient(byte[] bytes, int from, int to) {
        EnvelopeWriter open = envelope();
        if (open.bytes() > MAX_ENVELOPE_BYTES || !takeFromBudget(open.memoryWith(to - from))) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        open.forwardPath(bytes, from, to);
        return Replies.RECIPIENT;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    /** The index after {@code prefix} and any spaces, or -1 if the argument does not begin with it. */
    static int afterPrefix(String prefix, Command command) {
        byte[] bytes = command.bytes();
        int at = command.argumentFrom();
        int to = command.argumentTo();
        for (int i = 0; i < prefix.length(); i++, at++) {
            if (at >= to || Character.toUpperCase((char) bytes[at]) != prefix.charAt(i)) {
                return -1;
            }
        }
        while (at < to && bytes[at] == ' ') {
            at++; // RFC 5321 §3.3 forbids spaces here, but every server accepts them
        }
        return at;
    }

    // ---- the message

    /** The message begins to come in. */
    public void beginBody(MessageBody begun) {
        body = begun;
    }

    /** Whether the message has begun to come in. */
    public boolean hasBody() {
        return body != null;
    }

    /** The message that is coming in. */
    public MessageBody body() {
        if (body == null) {
            throw new IllegalStateException("no message is coming in");
        }
        return body;
    }

    /** Whether the message has BODY=BINARYMIME, and so may come only by BDAT (RFC 3030 §3). */
    public boolean isBinary() {
        return binary;
    }

    /** Whether the client asked for SMTPUTF8 at MAIL, so that replies may contain UTF-8 (RFC 6531 §3.4). */
    public boolean allowsUtf8() {
        return isOpen() && smtpUtf8;
    }

    /** Whether the sink can take more of the message at the moment; true if none is coming in. */
    public boolean mayTake() {
        return body == null || body.mayTake();
    }

    /** Ends the transaction; returns the envelope of the complete message. */
    public Envelope finish(Set<Envelope.Flag> flags) {
        Envelope finished = envelope().finish(Instant.now(), flags);
        capacity = Math.max(MIN_CAPACITY, Math.min(finished.length() / 8 * 9, MAX_CAPACITY));
        end();
        return finished;
    }

    /** Ends the transaction and releases everything that it holds. */
    public void end() {
        envelope = null;
        if (body != null) {
            body.abandon();
            body = null;
        }
        context.budget().giveBack(budgetBytes);
        budgetBytes = 0;
    }

    private EnvelopeWriter envelope() {
        if (envelope == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return envelope;
    }
}
