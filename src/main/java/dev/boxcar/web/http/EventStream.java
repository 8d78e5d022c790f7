// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A stream of server-sent events to one client. Any thread; nothing blocks. */
public final class EventStream extends Outlet {
    private final Response response;
    private final Callback answer;

    EventStream(Response response, Callback answer) {
        this.response = response;
        this.answer = answer;
    }

    /** An event as it goes over the wire; {@code data} is one line. */
    public static String event(String name, String id, String data) {
        return (id.isEmpty() ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n";
    }

    /** A line that says nothing, so that both ends notice when the other has gone. */
    public static String comment() {
        return ":\n\n";
    }

    @Override
    void write(String event) {
        response.write(false, ByteBuffer.wrap(event.getBytes(UTF_8)), Callback.from(this::written, failure -> close()));
    }

    @Override
    void disconnect() {
        answer.failed(new java.io.EOFException("the stream has ended"));
    }
}
