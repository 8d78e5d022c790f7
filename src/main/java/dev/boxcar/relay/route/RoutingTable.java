// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.EnhancedStatus;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Routes by rules, of which the first that matches decides. Immutable; any thread. */
public final class RoutingTable implements MailRouter {
    private static final MailRoute NO_RULE =
            new MailRoute.Failure(new EnhancedStatus(4, 4, 4), "no route of the configuration matches");

    private final List<RoutingRule> rules;
    private final MxLookup mx;
    private final HopSettings mxSettings;
    private final boolean oneNextHop;

    /** A table that looks MX records up with {@code mx}. */
    public RoutingTable(List<RoutingRule> rules, MxLookup mx) {
        this(rules, mx, HopSettings.DEFAULTS);
    }

    /** The same; {@code mxSettings} are for servers that MX records name. */
    public RoutingTable(List<RoutingRule> rules, MxLookup mx, HopSettings mxSettings) {
        this.rules = List.copyOf(rules);
        this.mx = mx;
        this.mxSettings = mxSettings;
        this.oneNextHop = haveOneNextHop(rules);
    }

    private static boolean haveOneNextHop(List<RoutingRule> rules) {
        var names = new HashSet<String>();
        for (RoutingRule rule : rules) {
            if (!(rule.target() instanceof RoutingTarget.Smarthost smarthost)) {
                return false;
            }
            names.add(smarthost.nextHop().name());
        }
        return names.size() == 1;
    }

    @Override
    public CompletionStage<MailRoute> route(RouteQuery query) {
        int index = ruleFor(query);
        return index < 0 ? CompletableFuture.completedStage(NO_RULE) : route(rules.get(index), query);
    }

    @Override
    public boolean hasOneNextHop() {
        return oneNextHop;
    }

    /** The index of the rule that decides; -1 if none matches. */
    public int ruleFor(RouteQuery query) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).matches(query)) {
                return i;
            }
        }
        return -1;
    }

    private CompletionStage<MailRoute> route(RoutingRule rule, RouteQuery query) {
        RoutingTarget target = rule.target();
        if (target instanceof RoutingTarget.Smarthost smarthost) {
            NextHop nextHop = smarthost.nextHop();
            return CompletableFuture.completedStage(new MailRoute.ToHosts(rule.adjust(nextHop, nextHop.settings())));
        } else if (target instanceof RoutingTarget.Refuse refuse) {
            return CompletableFuture.completedStage(new MailRoute.Failure(refuse.status(), refuse.text()));
        } else if (target instanceof RoutingTarget.Discard) {
            return CompletableFuture.completedStage(new MailRoute.Discard());
        }
        return mx.route(query.recipient().domain())
                .thenApply(route -> route instanceof MailRoute.ToHosts hosts
                        ? new MailRoute.ToHosts(rule.adjust(hosts.nextHop(), mxSettings))
                        : route);
    }
}
