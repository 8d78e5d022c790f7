// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An answer that is not known yet. Output queued after it waits too. */
final class PendingAnswer implements Producer {
    private @Nullable ByteBuffer answer;
    private boolean taken;

    /** Sets the answer. Call it on the loop's thread, and then call the channel's {@code interestChanged}. */
    void complete(byte[] bytes) {
        answer = ByteBuffer.wrap(bytes);
    }

    @Override
    public State state() {
        return taken ? State.EXHAUSTED : answer == null ? State.WAITING : State.READY;
    }

    @Override
    public ByteBuffer more() {
        if (answer == null) {
            throw new IllegalStateException("called in state WAITING");
        }
        taken = true;
        return answer;
    }
}
