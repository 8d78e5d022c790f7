// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mail transaction of a session (RFC 5321 §3.3): from MAIL, over the RCPTs, to the end of the message or a reset.
 * The paths are checked where they stand, and copied once, into the envelope. Confined to the loop thread; used again
 * for each message.
 */
final class Transaction {
    /** The envelope of one message, all recipients together; no honest one comes near. */
    private static final int MOST_ENVELOPE_BYTES = 4 * 1024 * 1024;

    private static final int LEAST_ROOM = 512;
    private static final int MOST_ROOM = 16 * 1024;

    private final Desk desk;
    private @Nullable EnvelopeWriter envelope;
    /** What this envelope has taken of the budget. */
    private long taken;

    /** What the next envelope begins with: as a rule the messages of a session are alike, and growing copies. */
    private int room = LEAST_ROOM;

    private @Nullable Body body;
    private int pathFrom;
    private int pathTo;
    /** Messages begun in this session. */
    private int messages;
    /** The domains of this session's recipients, in small letters; only where they are bounded. */
    private @Nullable Set<String> domains;

    // What the last MAIL said beside its sender.
    private long sizeBytes;
    private boolean binary;
    private boolean smtpUtf8;

    Transaction(Desk desk) {
        this.desk = desk;
    }

    private Limits limits() {
        return desk.service().limits();
    }

    private EnvelopeBudget budget() {
        return desk.service().envelopes();
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
        byte[] bytes = command.bytes();
        int to = command.argumentTo();
        int from = behind("FROM:", command);
        if (from < 0) {
            return Replies.BAD_MAIL;
        }
        int pathEnd = PathSyntax.endOfReversePath(bytes, from, to);
        if (pathEnd < 0 || (pathEnd < to && bytes[pathEnd] != ' ')) {
            return Replies.BAD_SENDER;
        }
        MailParameters parameters = desk.mailParameters();
        Reply problem = parameters.read(bytes, pathEnd, to, offered);
        sizeBytes = parameters.sizeBytes();
        binary = parameters.isBinary();
        smtpUtf8 = parameters.smtpUtf8Asked();
        if (problem != null) {
            return problem;
        }
        if (!smtpUtf8 && !isAscii(command, from, pathEnd)) {
            return Replies.SENDER_NEEDS_SMTPUTF8;
        }
        if (sizeBytes > limits().messageBytes()) {
            return Replies.TOO_LARGE;
        }
        if (limits().sessionMessages() > 0 && messages >= limits().sessionMessages()) {
            return Replies.TOO_MANY_MESSAGES;
        }
        Reply refusal = refusal();
        if (refusal != null) {
            return refusal;
        }
        var begun = new EnvelopeWriter(preamble, mayTake(room) ? room : LEAST_ROOM);
        begun.reversePath(bytes, from, to);
        if (!mayTake(begun.memory())) {
            return Replies.NO_ROOM;
        }
        messages++;
        pathFrom = from;
        pathTo = pathEnd;
        envelope = begun;
        return Replies.SENDER;
    }

    private static boolean isAscii(Command command, int from, int to) {
        return command.isPrintable() || PathSyntax.isAscii(command.bytes(), from, to);
    }

    /** Whether the envelope may take so much memory; what it takes is counted. */
    private boolean mayTake(long bytes) {
        long more = Math.max(0, bytes - EnvelopeBudget.FREE_BYTES) - taken;
        boolean may = budget().take(more);
        taken += may ? more : 0;
        return may;
    }

    /** Where the path of the last MAIL or RCPT began. */
    int pathFrom() {
        return pathFrom;
    }

    /** The sender whom {@link #mail} just accepted. */
    ReversePath sender(Command command) {
        return ReversePath.parse(text(command.bytes(), pathFrom, pathTo));
    }

    /**
     * RCPT TO:path parameters (RFC 5321 §4.1.1.3): whether it may be added, when {@code undecided} others may be added
     * before it.
     *
     * @param offered the extensions that the session may use
     */
    Reply checkRecipient(Command command, int undecided, Set<Extension> offered) {
        byte[] bytes = command.bytes();
        int to = command.argumentTo();
        int from = behind("TO:", command);
        if (from < 0) {
            return Replies.BAD_RCPT;
        }
        int pathEnd = PathSyntax.endOfForwardPath(bytes, from, to);
        if (pathEnd < 0 || (pathEnd < to && bytes[pathEnd] != ' ')) {
            return Replies.BAD_RECIPIENT;
        }
        Reply problem = desk.rcptParameters().read(bytes, pathEnd, to, offered, smtpUtf8);
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
        return isOneDomainTooMany(bytes) ? Replies.TOO_MANY_DOMAINS : Replies.RECIPIENT;
    }

    private boolean isOneDomainTooMany(byte[] bytes) {
        int most = limits().recipientDomains();
        if (most == 0) {
            return false;
        }
        if (domains == null) {
            domains = new HashSet<>();
        }
        String domain = ForwardPath.parse(text(bytes, pathFrom, pathTo))
                .mailbox()
                .domain()
                .toLowerCase(Locale.ROOT);
        if (domains.size() >= most && !domains.contains(domain)) {
            return true;
        }
        domains.add(domain);
        return false;
    }

    /**
     * The recipient whom {@link #checkRecipient} just accepted, with its parameters, to be kept until it is decided.
     */
    byte[] recipientLine(Command command) {
        return Arrays.copyOfRange(command.bytes(), pathFrom, command.argumentTo());
    }

    /** The recipient in a line made by {@link #recipientLine}. */
    static ForwardPath recipient(byte[] line) {
        return ForwardPath.parse(text(line, 0, PathSyntax.endOfForwardPath(line, 0, line.length)));
    }

    /** Adds a recipient that was checked: the bytes of RCPT from its path on. */
    Reply add(byte[] bytes, int from, int to) {
        EnvelopeWriter open = envelope();
        if (open.bytes() > MOST_ENVELOPE_BYTES || !mayTake(open.memoryWith(to - from))) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        open.forwardPath(bytes, from, to);
        return Replies.RECIPIENT;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    /** The message is about to come. */
    void begin(Body begun) {
        body = begun;
    }

    /** Whether the message has begun to come in. */
    boolean hasBody() {
        return body != null;
    }

    /** Whether the message has no lines, and so can come by BDAT alone (RFC 3030 §3). */
    boolean isBinary() {
        return binary;
    }

    /** Whether UTF-8 was asked for at MAIL (RFC 6531 §3.4). */
    boolean mayUseUtf8() {
        return isOpen() && smtpUtf8;
    }

    /** Whether more of a message could be taken just now, if one is coming in. */
    boolean mayTake() {
        return body == null || body.mayTake();
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
        byte[] bytes = command.bytes();
        int at = command.argumentFrom();
        int to = command.argumentTo();
        for (int i = 0; i < word.length(); i++, at++) {
            if (at >= to || Character.toUpperCase((char) bytes[at]) != word.charAt(i)) {
                return -1;
            }
        }
        while (at < to && bytes[at] == ' ') {
            at++; // RFC 5321 §3.3 forbids spaces here, and every server takes them
        }
        return at;
    }

    /** Why the sink would not take the message now, or null. */
    @Nullable
    Reply refusal() {
        return switch (desk.service().sink().admits(sizeBytes)) {
            case ADMITTED -> null;
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
    }

    /** The envelope of the message that is complete now. */
    Envelope finish(Set<Envelope.Flag> flags) {
        Envelope finished = envelope().finish(Instant.now(), flags);
        room = Math.max(LEAST_ROOM, Math.min(finished.length() / 8 * 9, MOST_ROOM));
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
        budget().giveBack(taken);
        taken = 0;
    }

    private EnvelopeWriter envelope() {
        if (envelope == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return envelope;
    }
}
