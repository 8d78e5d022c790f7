// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one command and its reply. Start from {@link #NONE} and add. A reply whose text alone is changed
 * leaves in the normal batch with its neighbours. Immutable.
 *
 * @param reply the reply to give; null for the usual one. See {@link #carriesOut} for the command's effect
 * @param edit changes the usual reply
 * @param answered whether there is a reply at all; without one, the replies after it still leave
 * @param delay how much later the reply leaves; the replies after it wait too
 * @param hold keeps the reply, and those after it, until it is released; null for none. One that is never released
 *     makes the server fall silent
 * @param framing how the reply is divided into writes
 * @param drop ends the connection at this reply; null for none. Nothing after this command is processed
 * @param stopReading how long the server reads nothing after this command
 */
public record Fault(
        @Nullable Reply reply,
        UnaryOperator<Reply> edit,
        boolean answered,
        Duration delay,
        @Nullable ReplyHold hold,
        ReplyFraming framing,
        @Nullable ConnectionDrop drop,
        Duration stopReading) {

    /** No fault. */
    public static final Fault NONE = new Fault(
            null, UnaryOperator.identity(), true, Duration.ZERO, null, ReplyFraming.BATCHED, null, Duration.ZERO);

    public Fault {
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(framing, "framing");
        if (delay.isNegative() || stopReading.isNegative()) {
            throw new IllegalArgumentException("a time must not be negative");
        }
    }

    /** Returns a copy that gives this reply. */
    public Fault withReply(Reply given) {
        return new Fault(given, edit, answered, delay, hold, framing, drop, stopReading);
    }

    /** Returns a copy that changes the reply, after the changes that were added before. */
    public Fault withEdit(UnaryOperator<Reply> change) {
        UnaryOperator<Reply> before = edit;
        UnaryOperator<Reply> both = usual -> change.apply(before.apply(usual));
        return new Fault(reply, both, answered, delay, hold, framing, drop, stopReading);
    }

    /** Returns a copy that gives no reply. */
    public Fault withoutReply() {
        return new Fault(reply, edit, false, delay, hold, framing, drop, stopReading);
    }

    /** Returns a copy with another {@link #delay}. */
    public Fault withDelay(Duration time) {
        return new Fault(reply, edit, answered, time, hold, framing, drop, stopReading);
    }

    /** Returns a copy with a {@link #hold}. */
    public Fault withHold(ReplyHold until) {
        return new Fault(reply, edit, answered, delay, until, framing, drop, stopReading);
    }

    /** Returns a copy with another {@link #framing}. */
    public Fault withFraming(ReplyFraming how) {
        return new Fault(reply, edit, answered, delay, hold, how, drop, stopReading);
    }

    /** Returns a copy with a {@link #drop}. */
    public Fault withDrop(ConnectionDrop.Point point, ConnectionDrop.How how) {
        var end = new ConnectionDrop(point, how);
        return new Fault(reply, edit, answered, delay, hold, framing, end, stopReading);
    }

    /** Returns a copy with another {@link #stopReading}. */
    public Fault withStopReading(Duration time) {
        return new Fault(reply, edit, answered, delay, hold, framing, drop, time);
    }

    /**
     * Whether the command is carried out: yes, unless a {@link #reply} is given that does not say so. DATA is carried
     * out with 3yz, AUTH never, any other command with 2yz.
     *
     * @param verb null for a command that the server does not know
     */
    public boolean carriesOut(@Nullable Verb verb) {
        if (reply == null || verb == null) {
            return reply == null;
        }
        int expected = verb == Verb.DATA ? 3 : 2;
        return verb != Verb.AUTH && reply.code() / 100 == expected;
    }

    /** Whether the end of the message stores it: yes, unless a {@link #reply} other than 2yz is given. */
    public boolean stores() {
        return reply == null || reply.code() / 100 == 2;
    }

    /** The reply that leaves instead of the usual one. A command that has failed is not reported as done. */
    public Reply applyTo(Reply usual) {
        if (reply == null) {
            return edit.apply(usual);
        }
        return usual.isError() && !reply.isError() ? usual : reply;
    }

    /** Whether the reply leaves as an unchanged one would, in the normal batch. */
    public boolean leavesAsUsual() {
        return delay.isZero() && hold == null && drop == null && framing.kind() == ReplyFraming.Kind.BATCHED;
    }
}
