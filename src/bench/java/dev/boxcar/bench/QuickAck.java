// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A loopback address to and from which nothing is acknowledged late: Linux takes that from the route. A server that
 * writes each answer by itself does not stall there. Needs root; the route is taken away again.
 */
final class QuickAck implements AutoCloseable {
    static final String HOST = "127.0.0.2";

    private QuickAck() {}

    static boolean isPossible() {
        try (var route = begin()) {
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static QuickAck begin() {
        if (!route("replace", "quickack", "1")) {
            throw new IllegalStateException("no route with quickack: ip(8) and root are needed");
        }
        return new QuickAck();
    }

    private static boolean route(String verb, String... more) {
        var command = new ArrayList<>(List.of("ip", "route", verb, "local", HOST, "dev", "lo", "table", "local"));
        command.addAll(List.of(more));
        return Peer.succeeds(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        route("del");
    }
}
