// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

/** A client that receives events. Any thread; nothing blocks. */
public interface EventSubscriber {
    /**
     * Sends an event, or queues it. A client that reads too slowly is disconnected.
     *
     * @param id the id of the event; may be empty
     * @param data a JSON value in one line
     */
    void offer(String type, String id, String data);

    /** Sends something that is not an event, so that both ends notice a broken connection. */
    void ping();

    /** Runs {@code task} when the client has gone, or immediately if it has gone already. */
    void onClose(Runnable task);

    /** Disconnects the client. */
    void close();
}
