// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Envelope;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A sink that keeps messages in a list, and answers at once or when a test says so. For tests with one loop. */
final class RecordingSink implements MessageSink {
    /** A message as it was committed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(String id, Envelope envelope, byte[] octets) {}

    private record Answer(Executor loop, Completion done) {
        void give(Outcome outcome) {
            loop.execute(() -> done.complete(outcome));
        }
    }

    private final List<Stored> stored = new ArrayList<>();
    private final Queue<Answer> waiting = new ArrayDeque<>();
    private boolean answersAtOnce = true;
    private Outcome admission = Outcome.STORED;
    private Outcome outcome = Outcome.STORED;
    private int begun;
    private int abandoned;

    /** From now on answers wait for {@link #answerNext}. */
    RecordingSink holdAnswers() {
        answersAtOnce = false;
        return this;
    }

    RecordingSink admitting(Outcome answer) {
        admission = answer;
        return this;
    }

    RecordingSink answering(Outcome answer) {
        outcome = answer;
        return this;
    }

    /** Answers for the message that has waited longest. */
    void answerNext() {
        waiting.remove().give(outcome);
    }

    int waiting() {
        return waiting.size();
    }

    List<Stored> stored() {
        return stored;
    }

    /** Messages begun and neither committed nor abandoned yet. */
    int underWay() {
        return begun - stored.size() - abandoned;
    }

    @Override
    public Outcome admits(long declaredOctets) {
        return admission;
    }

    @Override
    public Incoming begin(Executor loop) {
        begun++;
        String id = "M" + begun;
        var octets = new ByteArrayOutputStream();
        return new Incoming() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public void write(byte[] run, int from, int to) {
                octets.write(run, from, to - from);
            }

            @Override
            public void commit(Envelope envelope, Completion done) {
                stored.add(new Stored(id, envelope, octets.toByteArray()));
                waiting.add(new Answer(loop, done));
                if (answersAtOnce) {
                    answerNext();
                }
            }

            @Override
            public void abandon() {
                abandoned++;
            }
        };
    }
}
