// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import dev.boxcar.smtp.server.transaction.MessageBody;
import dev.boxcar.smtp.server.transaction.TransactionState;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of a message after DATA, up to CRLF.CRLF (RFC 5321 §4.1.1.4). Confined to the loop thread. */
public final class MessageInput implements InputHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MessageInput.class);
    /**
     * The CRLF that ended the DATA line counts as the first one (RFC 5321 §4.1.1.4): .CRLF alone is an empty message.
     */
    private static final Terminator END_OF_DATA = Terminator.of(
                    (byte) '\r', (byte) '\n', (byte) '.', (byte) '\r', (byte) '\n')
            .assuming(2);

    private final TransactionState transaction;
    private final ReplyQueue replies;
    private final MessageCommitter committer;
    private final InputSwitch input;
    private final SessionControl session;

    public MessageInput(
            TransactionState transaction,
            ReplyQueue replies,
            MessageCommitter committer,
            InputSwitch input,
            SessionControl session) {
        this.transaction = transaction;
        this.replies = replies;
        this.committer = committer;
        this.input = input;
        this.session = session;
    }

    /** From now on the input is a message; returns the reply that asks for it. */
    Reply start() {
        committer.begin(MessageBody.Form.DOTTED);
        input.receive(this, END_OF_DATA);
        return Replies.START_INPUT;
    }

    @Override
    public void collect(byte[] bytes, int from, int to) throws IOException {
        transaction.body().collect(bytes, from, to);
        committer.received(bytes, from, to);
    }

    @Override
    public boolean mayTake() {
        return transaction.mayTake();
    }

    @Override
    public boolean isMessage() {
        return true;
    }

    @Override
    public void found() throws IOException {
        MessageBody complete = transaction.body();
        if (!input.foundAtOnce()) {
            complete.endLastLine();
        }
        input.receiveCommands();
        if (complete.isTooLarge()) {
            LOG.info("{} message refused: larger than {} bytes", session, complete.maxBytes());
            transaction.end();
            replies.give(Verb.DATA, Replies.TOO_LARGE);
        } else {
            committer.commit(Verb.DATA, complete, null);
        }
    }
}
