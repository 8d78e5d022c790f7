// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A stream of server-sent events to one client. Any thread; nothing blocks. */
public final class EventStream {
    private final EventQueue queue;

    EventStream(Response response, Callback completion) {
        queue = new EventQueue(new EventQueue.Connection() {
            @Override
            public void write(String event) {
                response.write(
                        false,
                        ByteBuffer.wrap(event.getBytes(UTF_8)),
                        Callback.from(queue::written, failure -> queue.close()));
            }

            @Override
            public void disconnect() {
                completion.failed(new EOFException("the event stream was closed"));
            }
        });
    }

    /** The text of an event on the wire. {@code data} is one line; an empty {@code id} is left out. */
    public static String event(String name, String id, String data) {
        return (id.isEmpty() ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n";
    }

    /** Sends an event, or queues it. A client that reads too slowly is disconnected. */
    public void offer(String event) {
        queue.offer(event);
    }

    /** Sends an empty comment, so that both ends notice a broken connection. */
    public void ping() {
        queue.offer(":\n\n");
    }

    /** Runs {@code task} when the client has gone, or immediately if it has gone already. */
    public void onClose(Runnable task) {
        queue.onClose(task);
    }

    /** Ends the stream. */
    public void close() {
        queue.close();
    }
}
