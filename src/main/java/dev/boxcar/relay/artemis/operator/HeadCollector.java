// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import dev.boxcar.relay.artemis.broker.MailFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes the beginning of a streamed message, and fails as soon as it has enough. One thread. */
final class HeadCollector extends OutputStream {
    private static final int LENGTH_BYTES = 4;

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private MailFormat.@Nullable Head head;

    /** The head; null if it is not complete. */
    MailFormat.@Nullable Head head() {
        return head;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        taken.write(bytes, from, length);
        if (head == null && isComplete()) {
            head = MailFormat.head(new ByteArrayInputStream(taken.toByteArray()));
        }
        if (head != null) {
            throw new IOException("the rest is not needed");
        }
    }

    private boolean isComplete() {
        byte[] all = taken.toByteArray();
        long needed = LENGTH_BYTES;
        for (int text = 0; text < 2; text++) {
            if (all.length < needed) {
                return false;
            }
            needed += ByteBuffer.wrap(all).getInt((int) needed - LENGTH_BYTES) + (text == 0 ? LENGTH_BYTES : 0L);
        }
        return all.length >= needed;
    }
}
