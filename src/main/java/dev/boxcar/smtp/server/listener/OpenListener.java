// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

/**
 * One open listener as its clients see it. Written once, when it opens; read by all loops behind the hand-over of a
 * connection.
 */
public final class OpenListener {
    private final ListenerOptions options;
    private String name;

    OpenListener(ListenerOptions options) {
        this.options = options;
        this.name = options.name();
    }

    /** It is open, at this address. */
    void isAt(String address) {
        if (name.isEmpty()) {
            name = address;
        }
    }

    public ListenerOptions options() {
        return options;
    }

    /** What it is called: its name, or its address. */
    public String name() {
        return name;
    }
}
