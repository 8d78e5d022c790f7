// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.relay.policy.HostSecurity;
import dev.boxcar.relay.policy.HostSecurityPlanner;
import dev.boxcar.relay.policy.dane.TlsaSet;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.route.TlsPolicy;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in words how the relay would secure connections to the servers of a domain: by the level of the configuration,
 * by MTA-STS, by DANE, and for a message with REQUIRETLS. It decides as the relay does, and asks the name servers. One
 * thread; blocks for a bounded time.
 */
final class TlsExplanation {
    private static final int MAX_SECONDS = 30;

    private final RelayRouting routing;
    private final NameService names;
    private final HostSecurityPlanner planner;

    TlsExplanation(RelayRouting routing, NameService names) {
        this.routing = routing;
        this.names = names;
        this.planner = new HostSecurityPlanner(names);
    }

    /** What a level means. */
    static String of(TlsLevel level) {
        return switch (level) {
            case NONE -> "never";
            case OPPORTUNISTIC -> "if the server offers it, whatever its certificate";
            case REQUIRED -> "always, whatever the certificate";
            case VERIFIED -> "always, with a trusted certificate of the server's name";
        };
    }

    /** The MTA-STS policy of a domain whose servers the MX records name. */
    String mtaSts(@Nullable StsPolicy policy) {
        if (!routing.isMtaStsUsed()) {
            return "not followed (--mta-sts false)";
        } else if (policy == null || policy.mode() == StsPolicy.Mode.NONE) {
            return "the domain has no policy";
        }
        return policy.mode().text() + ", for the servers " + String.join(", ", policy.patterns());
    }

    /** Whether TLSA records count for the servers of a domain. */
    String dane(TlsPolicy policy) {
        if (!routing.isDaneUsed()) {
            return "not used (--dnssec off)";
        }
        return policy.isSecure()
                ? "DNSSEC proves the names of the servers"
                : "DNSSEC does not prove the names of the servers, so their TLSA records are not looked up";
    }

    /** How a server is secured for usual mail. */
    String usual(NextHop nextHop, MailHost host) throws InterruptedException {
        return text(plan(nextHop, host));
    }

    /** How a server is secured for a message with REQUIRETLS. */
    String demanded(NextHop nextHop, MailHost host) throws InterruptedException {
        HostSecurity plan = plan(nextHop.forDemand(TlsDemand.REQUIRED), host);
        return plan == null || plan.refusal() != null ? text(plan) : text(plan) + ", if the server offers REQUIRETLS";
    }

    /** Null if the server's address is not found. */
    private @Nullable HostSecurity plan(NextHop nextHop, MailHost host) throws InterruptedException {
        if (host.isSocket() || IpAddressText.parse(host.name()) != null) {
            return planner.planWithoutNames(nextHop, host);
        }
        Answer<InetAddress> addresses = answer(names.addresses(host.name()));
        return addresses == null || addresses.status() != Status.FOUND
                ? null
                : answer(planner.plan(nextHop, host, addresses));
    }

    private static <T> @Nullable T answer(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(MAX_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            return null;
        }
    }

    private static String text(@Nullable HostSecurity plan) {
        if (plan == null) {
            return "its address is not found";
        }
        HostSecurity.Refusal refusal = plan.refusal();
        if (refusal != null) {
            return "not used: " + refusal.status() + " " + refusal.reason();
        }
        TlsaSet tlsa = plan.tlsa();
        if (tlsa != null) {
            List<String> records = tlsa.records().stream().map(Object::toString).toList();
            return "DANE: TLS with a certificate that matches " + String.join(" or ", records)
                    + (tlsa.isAboutNames()
                            ? ", and has a name of "
                                    + tlsa.names().stream().sorted().collect(Collectors.joining(", "))
                            : "");
        }
        return switch (plan.result()) {
            case STS ->
                plan.policyText() + ": TLS " + of(TlsLevel.VERIFIED)
                        + (plan.fallback() == null ? "" : "; otherwise logged and delivered anyway");
            case NONE, ENCRYPTED, VERIFIED, DANE -> "TLS " + of(plan.level());
        };
    }
}
