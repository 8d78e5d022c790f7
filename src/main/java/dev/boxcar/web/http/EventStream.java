// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A stream of server-sent events to one client. Any thread; nothing blocks. */
public final class EventStream implements EventSubscriber {
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

    @Override
    public void offer(String type, String id, String data) {
        queue.offer((id.isEmpty() ? "" : "id: " + id + "\n") + "event: " + type + "\ndata: " + data + "\n\n");
    }

    @Override
    public void ping() {
        queue.offer(":\n\n");
    }

    @Override
    public void onClose(Runnable task) {
        queue.onClose(task);
    }

    @Override
    public void close() {
        queue.close();
    }
}
