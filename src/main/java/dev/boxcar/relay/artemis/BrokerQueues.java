// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

/** The names of the broker's queues; each is also the name of its address. */
final class BrokerQueues {
    /** Mail to be delivered, now or at its time. */
    static final String MAIL = "boxcar.relay";
    /** Mail that an operator holds. */
    static final String HELD = "boxcar.relay.held";
    /** Messages that cannot be read. */
    static final String DAMAGED = "boxcar.relay.damaged";

    /** How the names of temporary queues begin, to which the broker sends answers about itself. */
    static final String ANSWERS = "boxcar.answers.";

    private BrokerQueues() {}
}
