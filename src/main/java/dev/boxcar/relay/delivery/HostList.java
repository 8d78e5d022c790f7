// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.route.MailHost;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The order in which the hosts of a next hop are tried. */
final class HostList {
    private HostList() {}

    /**
     * By preference, the lowest first; among equal ones at random (RFC 5321 §5.1), a host of weight 2 twice as often
     * before a host of weight 1.
     */
    static Queue<MailHost> order(List<MailHost> hosts, RandomGenerator random) {
        var byPreference = new TreeMap<Integer, List<MailHost>>();
        for (MailHost host : hosts) {
            byPreference
                    .computeIfAbsent(host.preference(), none -> new ArrayList<>())
                    .add(host);
        }
        Queue<MailHost> ordered = new ArrayDeque<>();
        for (List<MailHost> equal : byPreference.values()) {
            ordered.addAll(shuffle(equal, random));
        }
        return ordered;
    }

    /** Draws without replacement, in proportion to the weights (Efraimidis and Spirakis, 2006). */
    private static List<MailHost> shuffle(List<MailHost> hosts, RandomGenerator random) {
        record Drawn(MailHost host, double key) {}
        return hosts.stream()
                .map(host -> new Drawn(host, -Math.log(1 - random.nextDouble()) / host.weight()))
                .sorted(Comparator.comparingDouble(Drawn::key))
                .map(Drawn::host)
                .toList();
    }
}
