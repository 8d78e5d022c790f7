// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Refuses commands at random. A change of state applies from the next command. Any thread. */
public final class Chaos implements Faults {
    private final IntSupplier percentile;
    private volatile ChaosState state;

    /** Starts with {@code state}. */
    public Chaos(ChaosState state) {
        this(state, () -> ThreadLocalRandom.current().nextInt(100));
    }

    Chaos(ChaosState state, IntSupplier percentile) {
        this.state = state;
        this.percentile = percentile;
    }

    /** What is currently refused. */
    public ChaosState state() {
        return state;
    }

    /** Sets what is refused from now on. */
    public void setState(ChaosState newState) {
        state = newState;
    }

    @Override
    public SessionFaults opened(ClientInfo client) {
        return new SessionFaults() {
            @Override
            public @Nullable Fault command(@Nullable Command command) {
                return command == null ? null : fault(command.verb());
            }
        };
    }

    private @Nullable Fault fault(@Nullable Verb verb) {
        ChaosState now = state;
        return switch (verb == null ? "" : verb.name()) {
            case "MAIL" -> refusal(now.sender(), "sender");
            case "RCPT" -> refusal(now.recipient(), "recipient");
            case "AUTH" -> refusal(now.authentication(), "authentication");
            default -> null;
        };
    }

    private @Nullable Fault refusal(ChaosState.Trigger trigger, String what) {
        if (trigger.percent() == 0 || percentile.getAsInt() >= trigger.percent()) {
            return null;
        }
        Reply reply = Reply.of(trigger.code(), trigger.code() / 100 + ".3.0", "Chaos " + what + " error");
        return Fault.NONE.withReply(reply);
    }
}
