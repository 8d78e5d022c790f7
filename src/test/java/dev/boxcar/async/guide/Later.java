// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An answer that is still to come. What is queued behind it waits too. */
final class Later implements Producer {
    private @Nullable ByteBuffer answer;
    private boolean given;

    /** On the loop's thread; call {@code interestChanged} of the channel then. */
    void complete(byte[] bytes) {
        answer = ByteBuffer.wrap(bytes);
    }

    @Override
    public State state() {
        return given ? State.EXHAUSTED : answer == null ? State.WAITING : State.READY;
    }

    @Override
    public ByteBuffer more() {
        if (answer == null) {
            throw new IllegalStateException("asked while it waits");
        }
        given = true;
        return answer;
    }
}
