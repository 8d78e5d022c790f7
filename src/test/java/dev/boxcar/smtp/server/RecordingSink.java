// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A sink that keeps messages in a list and reports outcomes at once or when a test says so. For tests with one loop.
 */
final class RecordingSink implements MessageSink {
    /** A message as it was committed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(String id, Envelope envelope, byte[] bytes) {}

    private record Answer(
            Executor loop, CommitCallback done, @Nullable CommitOutcome planned) {
        void give(CommitOutcome otherwise) {
            loop.execute(() -> done.complete(planned == null ? otherwise : planned));
        }
    }

    private final List<Stored> stored = new ArrayList<>();
    private final Queue<Answer> waiting = new ArrayDeque<>();
    private boolean answersAtOnce = true;
    private Admission admission = Admission.ADMITTED;
    private CommitOutcome outcome = CommitOutcome.STORED;
    private final Queue<Admission> admissions = new ArrayDeque<>();
    private final Queue<CommitOutcome> outcomes = new ArrayDeque<>();
    private boolean breaksAtCommit;
    private boolean full;
    private Runnable resume = () -> {};
    private int started;
    private int abandoned;
    private int lost;

    /** From now on outcomes wait for {@link #answerNext}. */
    RecordingSink holdAnswers() {
        answersAtOnce = false;
        return this;
    }

    /** From now on {@link Incoming#commit} throws. */
    RecordingSink breakingAtCommit() {
        breaksAtCommit = true;
        return this;
    }

    /** From now on the sink accepts no more bytes, until {@link #haveRoom}. */
    void haveNoRoom() {
        full = true;
    }

    void haveRoom() {
        full = false;
        resume.run();
    }

    RecordingSink admitting(Admission answer) {
        admission = answer;
        return this;
    }

    RecordingSink answering(CommitOutcome answer) {
        outcome = answer;
        return this;
    }

    /** Sets the first answers at MAIL and DATA. */
    RecordingSink admittingInTurn(Collection<Admission> answers) {
        admissions.addAll(answers);
        return this;
    }

    /** Sets the outcomes of the first messages; a message whose outcome is not STORED is not kept. */
    RecordingSink answeringInTurn(Collection<CommitOutcome> answers) {
        outcomes.addAll(answers);
        return this;
    }

    /** Reports the outcome of the message that has waited longest. */
    void answerNext() {
        waiting.remove().give(outcome);
    }

    int waiting() {
        return waiting.size();
    }

    List<Stored> stored() {
        return stored;
    }

    /** The number of messages that are neither committed nor abandoned. */
    int underWay() {
        return started - stored.size() - lost - abandoned;
    }

    @Override
    public Admission admits(long declaredBytes) {
        return admissions.isEmpty() ? admission : admissions.remove();
    }

    @Override
    public Incoming begin(Executor loop) {
        started++;
        String id = "M" + started;
        var bytes = new ByteArrayOutputStream();
        return new Incoming() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public void write(byte[] run, int from, int to) {
                bytes.write(run, from, to - from);
            }

            @Override
            public boolean mayTake() {
                return !full;
            }

            @Override
            public void whenRoom(Runnable callback) {
                resume = callback;
            }

            @Override
            public void commit(Envelope envelope, CommitCallback done) {
                if (breaksAtCommit) {
                    throw new IllegalStateException("the sink has a bug");
                }
                CommitOutcome planned = outcomes.poll();
                if (planned == null || planned == CommitOutcome.STORED) {
                    stored.add(new Stored(id, envelope, bytes.toByteArray()));
                } else {
                    lost++;
                }
                waiting.add(new Answer(loop, done, planned));
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
