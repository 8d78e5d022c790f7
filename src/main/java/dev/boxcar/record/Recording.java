// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.MessageFacts.SameMessage;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.sasl.Mechanism;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recording of one session: a few bytes per event, at most 64 KiB. From the first event for which there is no room,
 * here or in all recordings together, events are only counted. It keeps the first bytes of a command, but of AUTH only
 * the mechanism, and of lines that are not commands only the offset, because they may contain secrets. If the recorder
 * says so, it also keeps the first bytes of the input. Written on the session's loop, read by any thread; its lock is
 * held while bytes are copied.
 */
final class Recording implements SessionListener {
    /** MAIL has the parameters of the transaction, which verdicts need. */
    static final int MAX_MAIL_BYTES = 512;
    /** How much is kept of the reply to EHLO after its first line. */
    static final int MAX_KEYWORD_BYTES = 1024;
    /** The heap that a recording takes beside its events: its objects and its map entries. */
    private static final int OVERHEAD_BYTES = 550;

    /** The first command of a client that speaks LMTP (RFC 2033 §4.1). */
    private static final String LHLO = "LHLO";

    /** Unknown to the server, but without an argument that could be a secret: verdicts need it (RFC 2920 §3.1). */
    private static final String TURN = "TURN";

    /** Mechanisms that the server does not know, but verdicts do: a group may go on after them (RFC 4954 §4). */
    private static final Set<String> OTHER_MECHANISMS = Set.of("EXTERNAL", "ANONYMOUS");

    private static final int MAX_NAMESPACES = 16;
    private static final int NAMESPACE_OVERHEAD_BYTES = 64;

    private final SessionPeer peer;
    private final long startMillis;
    private final Recorder recorder;
    /** Null if the input is not kept. */
    private final @Nullable InputCapture input;
    /** Null if the content of messages is not looked at. */
    private final @Nullable InputScanner scanner;

    private final MessageCounter messages = new MessageCounter();
    /** The number of the last change of this session. Guarded by the lock of the recorder. */
    long change;
    /** Replaced under the lock of the recorder. */
    private volatile List<String> namespaces = List.of();

    private final EventLog log;
    private long eventNanos;
    private int messagesEnded;
    private boolean greeted;
    /** The number of the last reply to EHLO, or -1. */
    private long hello = -1;

    private boolean ended;

    Recording(SessionPeer peer, long nanos, long millis, Recorder recorder) {
        this.peer = peer;
        this.log = new EventLog(recorder, nanos);
        this.startMillis = millis;
        this.recorder = recorder;
        this.input = recorder.inputBytes() == 0 ? null : new InputCapture(recorder.inputBytes());
        this.scanner = recorder.messages() == null ? null : new InputScanner(this::irregularity);
        recorder.grew(OVERHEAD_BYTES + EventLog.INITIAL_BYTES + (input == null ? 0 : input.heapBytes()));
    }

    @Override
    public synchronized void read(byte[] bytes, int from, int to, long nanos) {
        if (log.begin(EventKind.READ, nanos)) {
            log.writeNumber(to - from);
            if (input != null) {
                recorder.grew(input.add(bytes, from, to));
            }
        }
    }

    /** The bytes that a client of ours sends are not shown to listeners, so they are never kept. */
    @Override
    public synchronized void sent(long bytes, long nanos) {
        if (log.begin(EventKind.READ, nanos)) {
            log.writeNumber(bytes);
        }
    }

    @Override
    public synchronized void secret(long from, long to, long nanos) {
        if (input != null) {
            recorder.grew(input.blank(from, to));
        }
    }

    @Override
    public synchronized void lineBytes(byte[] bytes, int from, int to, long offset, long nanos) {
        if (scanner != null) {
            eventNanos = nanos;
            scanner.line(bytes, from, to, offset);
        }
    }

    @Override
    public synchronized void messageBytes(byte[] bytes, int from, int to, long offset, long nanos) {
        if (scanner != null) {
            eventNanos = nanos;
            scanner.message(bytes, from, to, offset);
        }
    }

    private void irregularity(Irregularity.Kind kind, long offset) {
        if (log.begin(EventKind.IRREGULARITY, eventNanos)) {
            log.writeEnum(kind);
            log.writeNumber(offset);
        }
    }

    @Override
    public synchronized void readingPaused(long nanos) {
        log.begin(EventKind.PAUSED, nanos);
    }

    @Override
    public synchronized void readingResumed(long nanos) {
        log.begin(EventKind.RESUMED, nanos);
    }

    @Override
    public synchronized void wrote(long bytes, long nanos) {
        if (bytes > 0 && log.begin(EventKind.WRITE, nanos)) {
            log.writeNumber(bytes);
        }
    }

    @Override
    public synchronized void command(Command command, long from, long to, long nanos) {
        messages.command(command);
        if (log.begin(EventKind.COMMAND, nanos)) {
            log.writeRange(from, to);
            Verb verb = command.verb();
            log.writeVerb(verb);
            int max = verb == Verb.MAIL ? MAX_MAIL_BYTES : EventLog.MAX_TEXT_BYTES;
            log.writeText(command.bytes(), command.lineFrom(), endOfText(command), max);
        }
        if (scanner != null) {
            eventNanos = nanos;
            scanner.command(command, from);
            previous(command, nanos);
        }
    }

    /** Where the text that is kept of a command ends: it is the whole command, or nothing, or a word. */
    private static int endOfText(Command command) {
        Verb verb = command.verb();
        if (verb == null && command.isWord(TURN)) {
            return command.lineFrom() + TURN.length();
        }
        if (verb == Verb.AUTH) {
            int end = command.endOfFirstWord();
            return isMechanism(command.argument(end)) ? end : command.lineFrom();
        }
        boolean mayBeKept = verb != null || command.isWord(LHLO);
        return mayBeKept ? command.argumentTo() : command.lineFrom();
    }

    /** A word after AUTH that is not a mechanism may be a secret. */
    private static boolean isMechanism(String word) {
        return Mechanism.of(word) != null || OTHER_MECHANISMS.contains(word.toUpperCase(Locale.ROOT));
    }

    /** Finds the session before this one of a client with the same address and name. */
    private void previous(Command command, long nanos) {
        RecentMessages recent = recorder.messages();
        if (recent == null || greeted || (command.verb() != Verb.EHLO && command.verb() != Verb.HELO)) {
            return;
        }
        greeted = true;
        String address = peer.address();
        String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
        String before = recent.add(host + " " + command.argument(), session());
        if (before != null && log.begin(EventKind.PREVIOUS, nanos)) {
            log.writeText(before);
        }
    }

    @Override
    public synchronized void line(long from, long to, long nanos) {
        if (log.begin(EventKind.LINE, nanos)) {
            log.writeRange(from, to);
        }
        if (scanner != null) {
            scanner.lineEnded();
        }
    }

    @Override
    public synchronized void message(long from, long to, long nanos) {
        messages.contentEnded();
        eventNanos = nanos;
        ContentScanner complete = scanner == null ? null : scanner.messageEnded(to);
        if (log.begin(EventKind.MESSAGE, nanos)) {
            log.writeRange(from, to);
            writeFacts(complete);
        }
        messagesEnded++;
    }

    /** What is known about the message; a zero if that is nothing. */
    private void writeFacts(@Nullable ContentScanner complete) {
        RecentMessages recent = recorder.messages();
        if (complete == null || scanner == null || recent == null) {
            log.writeOptional(null);
            return;
        }
        var message = new SameMessage(session(), messagesEnded);
        SameMessage same = recent.add(scanner.fingerprint(complete), message);
        log.writeOptional(complete.identity());
        log.writeNumber(scanner.size(complete));
        log.writeText(same == null ? "" : same.session());
        log.writeNumber(same == null ? 0 : same.number());
    }

    @Override
    public synchronized void queued(long number, @Nullable Verb verb, long nanos) {
        messages.queued(number, verb);
        if (log.begin(EventKind.QUEUED, nanos)) {
            log.writeNumber(number);
            log.writeVerb(verb);
        }
        if (verb == Verb.EHLO) {
            hello = number;
        }
    }

    @Override
    public synchronized void ready(long number, Reply reply, int bytes, long nanos) {
        messages.ready(number, reply);
        if (log.begin(EventKind.READY, nanos)) {
            log.writeNumber(number);
            log.writeNumber(bytes);
            byte[] wire = reply.bytes();
            int end = 0;
            while (end < wire.length && wire[end] != '\r') {
                end++;
            }
            log.writeText(wire, 0, end, EventLog.MAX_TEXT_BYTES);
            int keywords = Math.min(end + 2, wire.length);
            log.writeText(wire, keywords, number == hello ? wire.length : keywords, MAX_KEYWORD_BYTES);
        }
    }

    /** What a client sends after QUIT is a fact for verdicts. */
    @Override
    public boolean watchesEnd() {
        return true;
    }

    @Override
    public synchronized void closed(long nanos) {
        log.begin(EventKind.CLOSED, nanos);
        log.trim();
        if (input != null) {
            recorder.grew(input.trim());
        }
        ended = true;
        recorder.ended(this);
    }

    String session() {
        return peer.session();
    }

    /** The heap that it takes. Valid once the session has ended. */
    long bytes() {
        long names = 0;
        for (String namespace : namespaces) {
            names += heapBytes(namespace);
        }
        return OVERHEAD_BYTES + log.heapBytes() + names + (input == null ? 0 : input.heapBytes());
    }

    /** The input kept so far; null if it is not kept. */
    synchronized @Nullable RecordedInput input() {
        return input == null ? null : input.snapshot();
    }

    /** Adds a namespace; returns whether it is new. Called under the lock of the recorder. */
    boolean addNamespace(String namespace) {
        List<String> known = namespaces;
        if (known.contains(namespace) || known.size() == MAX_NAMESPACES) {
            return false;
        }
        var more = new ArrayList<>(known);
        more.add(namespace);
        namespaces = List.copyOf(more);
        recorder.grew(heapBytes(namespace));
        return true;
    }

    private static long heapBytes(String namespace) {
        return NAMESPACE_OVERHEAD_BYTES + 2L * namespace.length();
    }

    /** The facts for the list of sessions. */
    synchronized SessionSummary summary() {
        return new SessionSummary(
                peer.session(),
                peer.address(),
                Instant.ofEpochMilli(startMillis),
                ended,
                messages.accepted(),
                namespaces);
    }

    /** The session as recorded so far. */
    SessionRecord snapshot() {
        byte[] copy;
        boolean hasEnded;
        long missing;
        synchronized (this) {
            copy = log.copy();
            hasEnded = ended;
            missing = log.dropped();
        }
        return EventReader.read(peer.session(), peer.address(), startMillis, hasEnded, missing, copy);
    }
}
