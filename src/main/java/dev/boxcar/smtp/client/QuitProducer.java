// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.nio.ByteBuffer;

/**
 * Says QUIT when its turn has come: in a train behind the last message, else when all is answered. Confined to the loop
 * thread.
 */
final class QuitProducer implements Producer {
    private final Pipeline dialogue;
    private boolean said;

    QuitProducer(Pipeline dialogue) {
        this.dialogue = dialogue;
    }

    @Override
    public State state() {
        return said ? State.EXHAUSTED : dialogue.mayBegin() ? State.READY : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        said = true;
        dialogue.expect(PendingReply.ofSession(SessionStep.QUIT));
        return ByteBuffer.wrap("QUIT\r\n".getBytes(US_ASCII));
    }
}
