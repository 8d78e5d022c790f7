// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.client.reply.ServerReply;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a {@link SessionListener} what happens in the session of a client, in the terms of the listener: the input is
 * what the client has sent, and the output is what the server has sent. A command is reported once its last byte has
 * left, and a reply once it was read, so the order of events is the order on this side of the connection.
 *
 * <p>Confined to the loop thread.
 */
public final class ClientSessionEvents {
    private static final int MAX_REPLY_TEXT = 500;
    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
    /** The command of LMTP that takes the place of EHLO (RFC 2033 §4.1). */
    private static final String LHLO = "LHLO";

    private final SessionListener listener;
    private final LongSupplier clock;
    private final Command command = new Command();
    /** What was produced and has not left completely. */
    private final Queue<Item> unsent = new ArrayDeque<>();

    private long produced;
    private long sent;
    private long contentFrom;
    private int unreported;
    private int replyBytes;
    private long queued;
    private long ready;
    private boolean authenticating;
    private boolean chunked;
    private boolean closed;

    /** A line or a message. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Item(byte @Nullable [] line, long from, long to, int replies) {}

    /**
     * Events for {@code listener}.
     *
     * @param clock the loop's time in nanoseconds
     */
    public ClientSessionEvents(SessionListener listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /** The connection is open: the server owes its banner. */
    public void connected() {
        listener.queued(queued++, null, clock.getAsLong());
    }

    // ---- what the client sends

    /** A command, with its CRLF, was produced and will be sent. */
    public void line(byte[] line) {
        unsent.add(new Item(line, produced, produced + line.length, 1));
        produced += line.length;
        contentFrom = produced;
    }

    /** So many bytes of a message, or of its end, were produced and will be sent. */
    public void content(int bytes) {
        produced += bytes;
    }

    /** All of a message was produced; the server answers it with this many replies. */
    public void contentEnded(int replies) {
        unsent.add(new Item(null, contentFrom, produced, replies));
        contentFrom = produced;
        reportSent();
    }

    /** One write took this many bytes. */
    public void wrote(long bytes) {
        reportReceived();
        if (bytes > 0) {
            sent += bytes;
            listener.sent(bytes, clock.getAsLong());
            reportSent();
        }
    }

    private void reportSent() {
        Item item = unsent.peek();
        while (item != null && item.to() <= sent) {
            unsent.remove();
            report(item);
            item = unsent.peek();
        }
    }

    private void report(Item item) {
        byte[] line = item.line();
        if (line == null) {
            reportMessage(item);
        } else if (authenticating) {
            listener.line(item.from(), item.to(), clock.getAsLong());
            listener.secret(item.from(), item.to(), clock.getAsLong());
            listener.queued(queued++, Verb.AUTH, clock.getAsLong());
        } else {
            reportCommand(item, line);
        }
    }

    private void reportCommand(Item item, byte[] line) {
        command.read(line, 0, line.length - CRLF.length);
        Verb verb = command.isWord(LHLO) ? Verb.EHLO : command.verb();
        listener.command(command, item.from(), item.to(), clock.getAsLong());
        if (verb == Verb.AUTH) {
            authenticating = true;
            long secretFrom = item.from() + command.endOfFirstWord();
            listener.secret(secretFrom, item.to(), clock.getAsLong());
        }
        chunked = verb == Verb.BDAT;
        listener.queued(queued++, verb, clock.getAsLong());
    }

    /** The reply to a chunk was announced with its command. */
    private void reportMessage(Item item) {
        listener.message(item.from(), item.to(), clock.getAsLong());
        for (int i = chunked ? 1 : 0; i < item.replies(); i++) {
            listener.queued(queued++, Verb.DATA, clock.getAsLong());
        }
        chunked = false;
    }

    // ---- what the server sends

    /** One read brought this many bytes. */
    public void read(int bytes) {
        unreported += bytes;
    }

    /** So many bytes of a reply were found in what was read. */
    public void replyBytes(int bytes) {
        replyBytes += bytes;
    }

    /** A reply is complete. */
    public void reply(ServerReply reply) {
        if (ready == queued) { // the server says something that it was not asked
            listener.queued(queued++, null, clock.getAsLong());
        }
        authenticating &= reply.isIntermediate();
        listener.ready(ready++, readable(reply), replyBytes, clock.getAsLong());
        replyBytes = 0;
    }

    /** Everything that was read so far was looked at. */
    public void inputReleased() {
        reportReceived();
    }

    private void reportReceived() {
        if (unreported > 0) {
            listener.wrote(unreported, clock.getAsLong());
            unreported = 0;
        }
    }

    /** The reply as far as it is text: a server may send anything. */
    private static Reply readable(ServerReply reply) {
        List<String> lines = reply.lines();
        return Reply.of(
                reply.code(),
                "",
                lines.stream().map(ClientSessionEvents::readable).toArray(String[]::new));
    }

    private static String readable(String line) {
        var text = new StringBuilder(Math.min(line.length(), MAX_REPLY_TEXT));
        int bytes = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            bytes += c < 0x80 ? 1 : 3;
            if (bytes > MAX_REPLY_TEXT) {
                break;
            }
            text.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return text.toString();
    }

    /** The session has ended. */
    public void closed() {
        if (!closed) {
            closed = true;
            reportReceived();
            listener.closed(clock.getAsLong());
        }
    }
}
