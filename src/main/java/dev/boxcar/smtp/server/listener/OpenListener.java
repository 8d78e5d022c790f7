// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

/**
 * A listener as its sessions see it: its options and its name. Written once, when it opens. Other loops read it after a
 * connection was handed over to them.
 */
public final class OpenListener {
    private final ListenerOptions options;
    private String name;

    OpenListener(ListenerOptions options) {
        this.options = options;
        this.name = options.name();
    }

    /** The listener is open at this address. */
    void setAddress(String address) {
        if (name.isEmpty()) {
            name = address;
        }
    }

    public ListenerOptions options() {
        return options;
    }

    /** The listener's name, or its address if it has no name. */
    public String name() {
        return name;
    }
}
