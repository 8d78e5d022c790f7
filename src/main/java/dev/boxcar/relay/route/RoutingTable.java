// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.EnhancedStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Routes by rules, of which the first that matches decides. Immutable; any thread. */
public final class RoutingTable implements MailRouter {
    private static final MailRoute NO_RULE =
            new MailRoute.Failure(new EnhancedStatus(4, 4, 4), "no route of the configuration matches");

    private final List<RoutingRule> rules;
    private final MxLookup mx;

    /** A table that looks MX records up with {@code mx}. */
    public RoutingTable(List<RoutingRule> rules, MxLookup mx) {
        this.rules = List.copyOf(rules);
        this.mx = mx;
    }

    @Override
    public CompletionStage<MailRoute> route(RouteQuery query) {
        for (RoutingRule rule : rules) {
            if (rule.matches(query)) {
                return route(rule.target(), query);
            }
        }
        return CompletableFuture.completedStage(NO_RULE);
    }

    private CompletionStage<MailRoute> route(RoutingTarget target, RouteQuery query) {
        if (target instanceof RoutingTarget.Smarthost smarthost) {
            return CompletableFuture.completedStage(new MailRoute.ToHosts(smarthost.nextHop()));
        } else if (target instanceof RoutingTarget.Refuse refuse) {
            return CompletableFuture.completedStage(new MailRoute.Failure(refuse.status(), refuse.text()));
        } else if (target instanceof RoutingTarget.Discard) {
            return CompletableFuture.completedStage(new MailRoute.Discard());
        }
        return mx.route(query.recipient().domain());
    }
}
