// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.relay.route.NameService.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the hosts of a next hop must prove who they are, beyond the TLS level of the configuration. Immutable.
 *
 * @param sts the mode of the domain's MTA-STS policy (RFC 8461); NONE without a policy
 * @param unnamed the hosts that the MTA-STS policy does not name
 * @param isSecure whether DNSSEC proves the names of the hosts. Only then TLSA records count (RFC 7672 §2.2.1)
 * @param domain the domain that these hosts are for, because a certificate may have its name instead of a host's (RFC
 *     7672 §3.2.2); empty unless DNSSEC proves the hosts
 * @param alias the name that has the records of the domain if the domain is an alias (CNAME); otherwise empty
 * @param demand what the sender of the message demands
 */
public record TlsPolicy(
        StsPolicy.Mode sts, Set<String> unnamed, boolean isSecure, String domain, String alias, TlsDemand demand) {
    /** No policy. */
    public static final TlsPolicy NONE = new TlsPolicy(StsPolicy.Mode.NONE, Set.of(), false, "", "", TlsDemand.USUAL);

    public TlsPolicy {
        unnamed = Set.copyOf(unnamed);
    }

    /** The policy that follows from the answer in which the hosts of the domain were found. */
    static TlsPolicy ofAnswer(String domain, Answer<?> answer) {
        String proven = answer.isSecure() ? domain.toLowerCase(Locale.ROOT) : "";
        return new TlsPolicy(StsPolicy.Mode.NONE, Set.of(), answer.isSecure(), proven, answer.alias(), TlsDemand.USUAL);
    }

    /** Returns a copy with the domain's MTA-STS policy. */
    TlsPolicy withSts(StsPolicy policy, List<MailHost> hosts) {
        if (policy.mode() == StsPolicy.Mode.NONE) {
            return new TlsPolicy(StsPolicy.Mode.NONE, Set.of(), isSecure, domain, alias, demand);
        }
        Set<String> others = hosts.stream()
                .map(MailHost::name)
                .filter(host -> !policy.names(host))
                .collect(Collectors.toSet());
        return new TlsPolicy(policy.mode(), others, isSecure, domain, alias, demand);
    }

    /** Returns a copy with another {@link #demand}. One that waives the domain's policies removes them. */
    TlsPolicy withDemand(TlsDemand other) {
        return other == TlsDemand.WAIVED ? NONE : new TlsPolicy(sts, unnamed, isSecure, domain, alias, other);
    }

    /** Whether a policy of MTA-STS names this host. */
    public boolean isNamed(MailHost host) {
        return sts != StsPolicy.Mode.NONE && !unnamed.contains(host.name());
    }

    /** What the name of a next hop ends with, so that mail under different policies does not share connections. */
    String suffix() {
        var words = new StringBuilder();
        if (sts != StsPolicy.Mode.NONE) {
            words.append(" mta-sts=").append(sts.text());
            unnamed.stream().sorted().forEach(host -> words.append(",not-").append(host));
        }
        words.append(isSecure ? " dnssec=" + domain : "");
        words.append(isSecure && !alias.isEmpty() ? "," + alias : "");
        words.append(demand == TlsDemand.REQUIRED ? " requiretls" : "");
        return words.toString();
    }
}
