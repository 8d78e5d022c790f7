// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy;

import dev.boxcar.relay.policy.dane.TlsaSet;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.StsPolicy.Mode;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.route.TlsPolicy;
import dev.boxcar.smtp.EnhancedStatus;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how connections to a host are secured. DANE takes precedence over MTA-STS (RFC 8461 §2), and both over the
 * level of the configuration. Any thread; never completes with an exception.
 */
public final class HostSecurityPlanner {
    private static final Logger LOG = LoggerFactory.getLogger(HostSecurityPlanner.class);

    private static final EnhancedStatus NOT_SECURED = new EnhancedStatus(4, 7, 5);
    private static final EnhancedStatus ENCRYPTION_NEEDED = new EnhancedStatus(5, 7, 10);

    private final NameService names;

    /** Decisions with TLSA records from {@code names}. */
    public HostSecurityPlanner(NameService names) {
        this.names = names;
    }

    /**
     * The decision about a host.
     *
     * @param addresses the answer in which its addresses were found
     */
    public CompletionStage<HostSecurity> plan(NextHop nextHop, MailHost host, Answer<InetAddress> addresses) {
        TlsPolicy policy = nextHop.policy();
        // RFC 7672 §2.2.1, §2.2.2: records count only if DNSSEC proves the names on the way to them
        if (!policy.isSecure() || !addresses.isSecure()) {
            return CompletableFuture.completedStage(withoutDane(nextHop, host));
        }
        List<String> bases = new ArrayList<>();
        if (!addresses.alias().isEmpty()) {
            bases.add(addresses.alias()); // RFC 7672 §2.2.2: the name that an alias stands for comes first
        }
        bases.add(host.name());
        return lookUp(bases, 0, new Query(nextHop, host));
    }

    /** The decision about a host that is named by its address: no policy is about it. */
    public HostSecurity planWithoutNames(NextHop nextHop, MailHost host) {
        return withoutDane(nextHop, host);
    }

    private record Query(NextHop nextHop, MailHost host) {}

    private CompletionStage<HostSecurity> lookUp(List<String> bases, int index, Query query) {
        NextHop nextHop = query.nextHop();
        MailHost host = query.host();
        if (index == bases.size()) {
            return CompletableFuture.completedStage(withoutDane(nextHop, host));
        }
        String base = bases.get(index);
        String name = "_" + host.port() + "._tcp." + base;
        return names.tlsa(name).thenCompose(answer -> {
            if (answer.status() == Status.FAILED) {
                // RFC 7672 §2.1.2: a host whose records cannot be looked up must not be used
                String reason = "DANE: cannot look up " + name + ": " + answer.reason();
                return CompletableFuture.completedStage(
                        HostSecurity.refused(NOT_SECURED, reason).withDefect(TlsFailureType.DNSSEC_INVALID, reason));
            }
            if (answer.status() != Status.FOUND || !answer.isSecure()) {
                return lookUp(bases, index + 1, query);
            }
            return CompletableFuture.completedStage(withRecords(answer.values(), base, query));
        });
    }

    private static HostSecurity withRecords(List<Tlsa> records, String base, Query query) {
        // RFC 7672 §3.2.2: the certificate may also have the name of the domain that led to this server
        TlsPolicy policy = query.nextHop().policy();
        TlsaSet usable = TlsaSet.of(base, records).withName(policy.domain());
        String alias = policy.alias();
        usable = alias.isEmpty() ? usable : usable.withName(alias);
        if (!usable.records().isEmpty()) {
            return HostSecurity.dane(usable);
        }
        // RFC 7672 §2.2: TLS is mandatory, though nothing can be authenticated by these records
        HostSecurity other = withoutDane(query.nextHop(), query.host());
        boolean isStricter = other.isAuthenticated() && other.fallback() == null;
        HostSecurity chosen = isStricter || other.refusal() != null ? other : HostSecurity.of(TlsLevel.REQUIRED);
        return chosen.withDefect(TlsFailureType.TLSA_INVALID, "no TLSA record of " + base + " can be used");
    }

    private static HostSecurity withoutDane(NextHop nextHop, MailHost host) {
        TlsPolicy policy = nextHop.policy();
        if (policy.demand() == TlsDemand.REQUIRED) {
            return demanded(nextHop, host);
        }
        HostSecurity usual = HostSecurity.of(nextHop.tls());
        boolean isNamed = policy.isNamed(host);
        if (policy.sts() == Mode.ENFORCE) {
            return isNamed
                    ? HostSecurity.sts(null)
                    : HostSecurity.refused(NOT_SECURED, notNamed(host))
                            .withDefect(TlsFailureType.VALIDATION_FAILURE, notNamed(host));
        }
        if (policy.sts() == Mode.TESTING && !isNamed) {
            LOG.info("host={} {}, but it is in testing", host, notNamed(host));
            return usual.withDefect(TlsFailureType.VALIDATION_FAILURE, notNamed(host));
        }
        return policy.sts() == Mode.TESTING && isNamed ? HostSecurity.sts(usual) : usual;
    }

    private static String notNamed(MailHost host) {
        return "the MTA-STS policy does not name the server " + host.name();
    }

    /** RFC 8689 §4.2.1: DNSSEC or MTA-STS proves the name, and the certificate must have it. */
    private static HostSecurity demanded(NextHop nextHop, MailHost host) {
        TlsPolicy policy = nextHop.policy();
        if (nextHop.isSmarthost() || policy.isSecure()) {
            return HostSecurity.of(TlsLevel.VERIFIED);
        }
        return policy.isNamed(host)
                ? HostSecurity.sts(null)
                : HostSecurity.refused(
                        ENCRYPTION_NEEDED,
                        "the sender requires TLS (REQUIRETLS), but neither DNSSEC nor MTA-STS proves that "
                                + host.name() + " is the right server");
    }
}
