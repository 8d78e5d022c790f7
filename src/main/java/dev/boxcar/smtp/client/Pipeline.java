// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.event.ClientSessionEvents;
import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one session that were sent and not answered yet. They decide whether another command may be sent.
 * Confined to the loop thread.
 */
final class Pipeline {
    /**
     * How many replies may be pending. Enough for any round-trip time; limits how much the client sends to a server
     * that does not reply.
     */
    static final int MAX_PENDING = 1000;

    /**
     * A reply that the server still owes.
     *
     * @param step the step of the session that it answers
     * @param transaction the transaction it belongs to, or null if it belongs to the session
     * @param recipient for RCPT, the index of the recipient; else -1
     */
    record PendingReply(SessionStep step, @Nullable TransactionInProgress transaction, int recipient) {
        static PendingReply ofSession(SessionStep step) {
            return new PendingReply(step, null, -1);
        }
    }

    private final Queue<PendingReply> pending = new ArrayDeque<>();
    private final Runnable onProgress;
    /** Null if the session has no listener. */
    private final @Nullable ClientSessionEvents events;

    private ClientProtocol protocol = ClientProtocol.SMTP;
    private PipeliningMode mode = PipeliningMode.LOCKSTEP;
    private ServerCapabilities capabilities = ServerCapabilities.NONE;
    /** Set while a transaction has begun and nothing has ended it: RSET must come before the next MAIL. */
    private boolean needsReset;

    /** {@code onProgress} is called whenever the timeout should start anew. */
    Pipeline(Runnable onProgress, @Nullable ClientSessionEvents events) {
        this.onProgress = onProgress;
        this.events = events;
    }

    /** Notes that a command line, with its CRLF, was produced. */
    void produced(byte[] line) {
        if (events != null) {
            events.line(line);
        }
    }

    /** Notes that so many bytes of a message were produced. */
    void producedContent(int bytes) {
        if (events != null) {
            events.content(bytes);
        }
    }

    /** Notes that all of a message was produced; the server answers it with this many replies. */
    void producedMessage(int replies) {
        if (events != null) {
            events.contentEnded(replies);
        }
    }

    /** Applies the server's capabilities: replaces the requested mode by the mode that they allow. */
    void negotiate(ServerCapabilities offered, ClientOptions options) {
        capabilities = offered;
        protocol = options.protocol();
        mode = options.mode().within(offered);
        if (protocol == ClientProtocol.LMTP && mode == PipeliningMode.BDAT) {
            mode = PipeliningMode.TRAIN; // how many replies follow a chunk would depend on replies still to come
        }
    }

    /** Whether the server answers the end of a message once per accepted recipient (RFC 2033 §4.2). */
    boolean answersEachRecipient() {
        return protocol == ClientProtocol.LMTP;
    }

    ServerCapabilities capabilities() {
        return capabilities;
    }

    PipeliningMode mode() {
        return mode;
    }

    /** Notes that a command was sent which will be answered. */
    void sent(PendingReply reply) {
        pending.add(reply);
        if (pending.size() == 1) {
            onProgress.run();
        }
    }

    /** The reply that comes next, or null if none is pending. */
    @Nullable
    PendingReply next() {
        return pending.peek();
    }

    /** Notes that the next reply has arrived. */
    void received() {
        pending.remove();
        onProgress.run();
    }

    /** Notes that the server accepted more of a message. */
    void progressed() {
        onProgress.run();
    }

    /** Whether one more command may be sent now. */
    boolean maySend() {
        return mode == PipeliningMode.LOCKSTEP ? pending.isEmpty() : pending.size() < MAX_PENDING;
    }

    /** Whether the next transaction, or QUIT, may begin now. */
    boolean mayBegin() {
        return mode.overlapsTransactions() ? pending.size() < MAX_PENDING : pending.isEmpty();
    }

    void requireReset() {
        needsReset = true;
    }

    /**
     * Whether RSET must come before the next MAIL; call this once per transaction. It is also true after a chunk whose
     * reply is pending, because MAIL would fail if the chunk failed.
     */
    boolean takeReset() {
        boolean needed = needsReset || (mode == PipeliningMode.BDAT && !pending.isEmpty());
        needsReset = false;
        return needed;
    }
}
