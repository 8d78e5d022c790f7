// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.util.concurrent.CompletionStage;

/** Finds the route of a recipient; asked anew at each attempt, so a changed configuration applies to queued mail. */
@FunctionalInterface
public interface MailRouter {
    /** Returns the route, now or later, on any thread. Never completes with an exception. */
    CompletionStage<MailRoute> route(RouteQuery query);

    /** Whether all mail goes to the same next hop. Then no mail can be in the way of other mail. */
    default boolean hasOneNextHop() {
        return false;
    }
}
