// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.client.Pipeline.PendingReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.nio.ByteBuffer;

/**
 * Sends QUIT: directly after the last message if transactions overlap, else once every reply has arrived. Confined to
 * the loop thread.
 */
final class QuitProducer implements Producer {
    private final Pipeline pipeline;
    private boolean sent;

    QuitProducer(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public State state() {
        return sent ? State.EXHAUSTED : pipeline.mayBegin() ? State.READY : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        sent = true;
        pipeline.sent(PendingReply.ofSession(SessionStep.QUIT));
        byte[] line = "QUIT\r\n".getBytes(US_ASCII);
        pipeline.produced(line);
        return ByteBuffer.wrap(line);
    }
}
