// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.util.regex.Pattern;
import org.slf4j.Logger;

/** Logs that a connection is lost, and then only other reasons, until it is there again. Confined to one thread. */
final class ConnectionLog {
    /** The broker names the port of each attempt when it refuses a password. */
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+");

    private final Logger log;
    private final String name;
    private String last = "";

    ConnectionLog(Logger log, String name) {
        this.log = log;
        this.name = name;
    }

    void connected() {
        last = "";
        log.info("queue={} connected to the broker", name);
    }

    void failed(Exception failure) {
        String reason = failure.toString();
        String kind = NUMBERS.matcher(reason).replaceAll("");
        if (!kind.equals(last)) {
            log.warn("queue={} no connection to the broker, trying again: {}", name, reason);
            last = kind;
        }
    }
}
