// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import java.net.IDN;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts sessions by day, domain and policy. At most 10,000 domains are counted per day, and ten policies per domain,
 * so that it takes a few megabytes at most. Any thread.
 */
final class TlsStatistics {
    static final int MAX_DOMAINS = 10_000;
    private static final int MAX_POLICIES = 10;
    private static final int MAX_REASON = 200;
    private static final Pattern DOMAIN = Pattern.compile("(?=.{1,253}\\z)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})+");

    /** Guarded by this. */
    private final Map<DomainDay, Map<AppliedPolicy, PolicyCounts>> days = new LinkedHashMap<>();
    /** How many domains each day has. Guarded by this. */
    private final Map<LocalDate, Integer> domains = new LinkedHashMap<>();

    private long changes;

    /** Counts a session of this day. One that leads to no domain, such as an address literal, is left out. */
    void count(LocalDate day, TlsSessionResult result) {
        String domain = ascii(result.domain());
        if (domain != null) {
            add(new DomainDay(day, domain), result.policy(), shortened(result.failure()), 1);
        }
    }

    private static @Nullable String ascii(String domain) {
        try {
            String name = IDN.toASCII(domain).toLowerCase(Locale.ROOT);
            return DOMAIN.matcher(name).matches() ? name : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A server may have written the reason. */
    private static @Nullable Failure shortened(@Nullable Failure failure) {
        if (failure == null) {
            return null;
        }
        String reason = failure.reason().replaceAll("[^ -~]", "?");
        return new Failure(
                failure.type(),
                failure.host(),
                failure.address(),
                failure.source(),
                reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    }

    /** Adds sessions, unless there are too many domains or policies already. */
    synchronized void add(DomainDay at, AppliedPolicy policy, @Nullable Failure failure, long sessions) {
        Map<AppliedPolicy, PolicyCounts> policies = days.get(at);
        if (policies == null) {
            if (domains.getOrDefault(at.day(), 0) >= MAX_DOMAINS) {
                return;
            }
            domains.merge(at.day(), 1, Integer::sum);
            policies = new LinkedHashMap<>();
            days.put(at, policies);
        }
        PolicyCounts counts = policies.get(policy);
        if (counts == null) {
            if (policies.size() >= MAX_POLICIES) {
                return;
            }
            counts = new PolicyCounts();
            policies.put(policy, counts);
        }
        counts.add(failure, sessions);
        changes++;
    }

    /** The days of domains that have ended before this day. */
    synchronized List<DomainDay> before(LocalDate day) {
        return days.keySet().stream().filter(each -> each.day().isBefore(day)).toList();
    }

    /** The counts of a domain's day; empty if there are none. */
    synchronized Map<AppliedPolicy, PolicyCounts> of(DomainDay at) {
        var copy = new LinkedHashMap<AppliedPolicy, PolicyCounts>();
        days.getOrDefault(at, Map.of()).forEach((policy, counts) -> copy.put(policy, counts.copy()));
        return copy;
    }

    /** All counts. */
    synchronized Map<DomainDay, Map<AppliedPolicy, PolicyCounts>> all() {
        var copy = new LinkedHashMap<DomainDay, Map<AppliedPolicy, PolicyCounts>>();
        days.keySet().forEach(each -> copy.put(each, of(each)));
        return copy;
    }

    /** Forgets a domain's day. */
    synchronized void remove(DomainDay at) {
        if (days.remove(at) != null) {
            domains.computeIfPresent(at.day(), (day, count) -> count == 1 ? null : count - 1);
            changes++;
        }
    }

    /** A number that grows with each change. */
    synchronized long changes() {
        return changes;
    }
}
