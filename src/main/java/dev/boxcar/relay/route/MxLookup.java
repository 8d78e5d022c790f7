// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Mx;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Finds the servers of a domain (RFC 5321 §5.1, RFC 7505). Any thread. */
public final class MxLookup {
    private static final EnhancedStatus NO_SUCH_DOMAIN = new EnhancedStatus(5, 1, 2);
    private static final EnhancedStatus NULL_MX = new EnhancedStatus(5, 1, 10);
    private static final EnhancedStatus NO_ADDRESS = new EnhancedStatus(5, 4, 4);
    private static final EnhancedStatus NO_HOST_NAME = new EnhancedStatus(4, 4, 4);
    private static final EnhancedStatus LOOP = new EnhancedStatus(5, 4, 6);
    private static final EnhancedStatus LOOK_UP_FAILED = new EnhancedStatus(4, 4, 3);

    private final NameService names;
    private final OwnHosts own;
    private final int port;
    private final TlsLevel tls;
    private final StsPolicy.Source policies;

    /**
     * Look-ups with {@code names}.
     *
     * @param own the hosts that are this relay
     * @param port the port of the servers, usually 25
     * @param tls whether the connections use TLS
     */
    public MxLookup(NameService names, OwnHosts own, int port, TlsLevel tls) {
        this(names, own, port, tls, domain -> stage(StsPolicy.NONE));
    }

    private MxLookup(NameService names, OwnHosts own, int port, TlsLevel tls, StsPolicy.Source policies) {
        this.names = names;
        this.own = own;
        this.port = port;
        this.tls = tls;
        this.policies = policies;
    }

    /** The same look-ups, which also ask for the MTA-STS policy of each domain. */
    public MxLookup withPolicies(StsPolicy.Source source) {
        return new MxLookup(names, own, port, tls, source);
    }

    /** The route to a domain or an address literal. */
    CompletionStage<MailRoute> route(String domain) {
        if (domain.startsWith("[")) {
            return stage(toLiteral(domain));
        }
        CompletionStage<StsPolicy> policy = policies.policyOf(domain); // while MX records are looked up
        return names.mx(domain)
                .thenCompose(answer -> switch (answer.status()) {
                    case FOUND -> toExchanges(domain, answer);
                    case NO_RECORD -> names.addresses(domain).thenApply(addresses -> toDomain(domain, addresses));
                    case NO_SUCH_NAME -> stage(failure(NO_SUCH_DOMAIN, "the domain " + domain + " does not exist"));
                    case FAILED -> stage(lookUpFailed(domain, answer.reason()));
                })
                .thenCompose(route -> route instanceof MailRoute.ToHosts hosts
                        ? policy.thenApply(known -> under(known, hosts.nextHop()))
                        : stage(route));
    }

    private static MailRoute under(StsPolicy policy, NextHop nextHop) {
        return new MailRoute.ToHosts(nextHop.withPolicy(nextHop.policy().withSts(policy, nextHop.hosts())));
    }

    private static <T> CompletionStage<T> stage(T value) {
        return CompletableFuture.completedStage(value);
    }

    private static MailRoute failure(EnhancedStatus status, String reason) {
        return new MailRoute.Failure(status, reason);
    }

    private static MailRoute lookUpFailed(String domain, String reason) {
        return failure(LOOK_UP_FAILED, "cannot look up " + domain + ": " + reason);
    }

    private MailRoute toLiteral(String literal) {
        String address = literal.substring(1, literal.length() - 1);
        boolean six = address.regionMatches(true, 0, "IPv6:", 0, 5);
        MailHost host = MailHost.of(six ? address.substring(5) : address, port);
        InetAddress parsed = IpAddressText.parse(host.name());
        if (parsed == null) {
            return failure(NO_SUCH_DOMAIN, literal + " is not an Internet address");
        }
        return own.include(host.name(), port, List.of(parsed)) ? loop(literal) : toHosts(List.of(host), TlsPolicy.NONE);
    }

    /** RFC 5321 §5.1: a domain without MX records is its own mail host. */
    private MailRoute toDomain(String domain, Answer<InetAddress> addresses) {
        return switch (addresses.status()) {
            case FOUND ->
                own.include(domain, port, addresses.values())
                        ? loop(domain)
                        : toHosts(List.of(MailHost.of(domain, port)), TlsPolicy.ofAnswer(domain, addresses));
            case NO_SUCH_NAME -> failure(NO_SUCH_DOMAIN, "the domain " + domain + " does not exist");
            case NO_RECORD -> failure(NO_ADDRESS, "the domain " + domain + " has no mail server and no address");
            case FAILED -> lookUpFailed(domain, addresses.reason());
        };
    }

    private static MailRoute loop(String domain) {
        return failure(LOOP, "the best mail server of " + domain + " is this relay");
    }

    private CompletionStage<MailRoute> toExchanges(String domain, Answer<Mx> answer) {
        List<Mx> exchanges = answer.values();
        if (exchanges.stream().allMatch(mx -> mx.host().isEmpty())) {
            return stage(failure(NULL_MX, "the domain " + domain + " accepts no mail (null MX)"));
        }
        List<MailHost> hosts = exchanges.stream()
                .filter(mx -> isHostName(mx.host()))
                .map(mx -> new MailHost(mx.host(), port, mx.preference(), 1))
                .sorted(Comparator.comparingInt(MailHost::preference))
                .toList();
        if (hosts.isEmpty()) {
            return stage(failure(NO_HOST_NAME, "the MX records of " + domain + " name no host"));
        }
        return ownPreference(hosts).thenApply(limit -> {
            List<MailHost> better =
                    hosts.stream().filter(host -> host.preference() < limit).toList();
            return better.isEmpty() ? loop(domain) : toHosts(better, TlsPolicy.ofAnswer(domain, answer));
        });
    }

    /** The DNS allows any byte in a name, so an MX record can name what looks like a Unix-domain socket. */
    private static boolean isHostName(String name) {
        return !name.isEmpty() && name.indexOf('/') < 0;
    }

    /** The lowest preference of a host that is this relay; the largest number if none is. */
    private CompletionStage<Integer> ownPreference(List<MailHost> hosts) {
        List<CompletableFuture<Integer>> preferences = new ArrayList<>();
        for (MailHost host : hosts) {
            if (own.include(host.name())) {
                preferences.add(CompletableFuture.completedFuture(host.preference()));
            } else if (own.listenAt(port)) {
                preferences.add(names.addresses(host.name())
                        .thenApply(answer ->
                                own.include(host.name(), port, answer.values()) ? host.preference() : Integer.MAX_VALUE)
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(preferences.toArray(CompletableFuture[]::new))
                .thenApply(done -> preferences.stream()
                        .mapToInt(CompletableFuture::join)
                        .min()
                        .orElse(Integer.MAX_VALUE));
    }

    /** Domains with the same hosts and policy have next hops of the same name, and so share their connections. */
    private MailRoute toHosts(List<MailHost> hosts, TlsPolicy policy) {
        String name = hosts.stream().map(MailHost::toString).sorted().collect(Collectors.joining(","));
        boolean smarthost = false;
        return new MailRoute.ToHosts(
                new NextHop(name, hosts, ClientProtocol.SMTP, tls, null, smarthost).withPolicy(policy));
    }
}
