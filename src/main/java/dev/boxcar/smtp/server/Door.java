// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

/**
 * One open listener as its clients see it. Written once, when it opens; read by all loops behind the hand-over of a
 * connection.
 */
final class Door {
    private final ListenerOptions options;
    private String name;

    Door(ListenerOptions options) {
        this.options = options;
        this.name = options.name();
    }

    /** It is open, at this address. */
    void isAt(String address) {
        if (name.isEmpty()) {
            name = address;
        }
    }

    ListenerOptions options() {
        return options;
    }

    /** What it is called: its name, or its address. */
    String name() {
        return name;
    }
}
