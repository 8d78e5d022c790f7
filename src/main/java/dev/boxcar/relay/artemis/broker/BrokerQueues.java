// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import java.util.List;

/** The names of the broker's queues; each is also the name of its address. */
public final class BrokerQueues {
    /** Mail to be delivered, now or at its time. */
    public static final String MAIL = "boxcar.relay";
    /** Mail that an operator holds. */
    public static final String HELD = "boxcar.relay.held";
    /** Mail that an operator returns to its sender. */
    public static final String RETURNED = "boxcar.relay.returned";
    /**
     * What operators see of mail that waits for its time, because the broker does not show such mail. Each message
     * expires when the mail is due.
     */
    public static final String DEFERRED = "boxcar.relay.deferred";
    /** Messages that cannot be read. */
    public static final String DAMAGED = "boxcar.relay.damaged";

    /** The address where workers hear what an operator asks. */
    public static final String WORKERS = "boxcar.relay.workers";

    /** How the names of temporary queues begin, to which the broker sends answers about itself. */
    public static final String ANSWERS = "boxcar.answers.";

    /** All durable queues. */
    public static final List<String> DURABLE = List.of(MAIL, HELD, RETURNED, DEFERRED, DAMAGED);

    private BrokerQueues() {}
}
