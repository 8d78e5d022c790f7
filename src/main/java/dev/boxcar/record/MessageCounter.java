// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that a session accepted: the 2xx replies to the end of data and to the last chunk. Its methods
 * are those of {@link dev.boxcar.smtp.SessionListener}. Guarded by the lock of the {@link Recording}.
 */
final class MessageCounter {
    private static final String LAST = "LAST";

    /** The numbers of the replies that accept or refuse a message and are not known yet. Usually there is one. */
    private final ArrayDeque<Long> awaited = new ArrayDeque<>(1);

    private boolean chunked;
    private boolean lastChunk;
    private boolean contentEnded;
    private int accepted;

    /** The number of messages that were accepted so far. */
    int accepted() {
        return accepted;
    }

    void command(Command command) {
        chunked = command.verb() == Verb.BDAT;
        lastChunk = chunked && command.argumentTo(LAST) < command.argumentTo();
    }

    void contentEnded() {
        contentEnded = !chunked;
    }

    void queued(long number, @Nullable Verb verb) {
        if (contentEnded || (lastChunk && verb == Verb.BDAT)) {
            awaited.add(number);
        }
        contentEnded = false;
        lastChunk = false;
    }

    void ready(long number, Reply reply) {
        if (awaited.remove(number) && reply.code() / 100 == 2) {
            accepted++;
        }
    }
}
