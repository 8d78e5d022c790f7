// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A loopback address without delayed TCP acknowledgements, which Linux configures per route. A server that writes each
 * reply separately does not stall there. Needs root; {@link #close} removes the route.
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
            throw new IllegalStateException("cannot set a route with quickack: ip(8) and root are needed");
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
