// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.Reply;
import dev.boxcar.web.http.EventSocket;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code /api/events}: the changes of an inbox, in order, over WebSockets. Each event is an object with {@code Type}
 * and {@code Data}. A client that does not read is disconnected. Any thread; nothing blocks.
 */
public final class EventSocketResource {
    private static final int MAX_ERROR_CHARACTERS = 500;
    private static final int MAX_QUEUED_ERRORS = 256;

    private final RequestParameters parameters;
    private final String version;
    private final Set<EventSocket> sockets = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor errorExecutor;

    /** Serves events of the namespace that the request names. */
    public EventSocketResource(RequestParameters parameters, String version) {
        this.parameters = parameters;
        this.version = version;
        this.errorExecutor = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED_ERRORS),
                task -> {
                    var daemon = new Thread(task, "boxcar-web-errors");
                    daemon.setDaemon(true);
                    return daemon;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        errorExecutor.allowCoreThreadTimeOut(true);
    }

    /** GET: upgrades to a WebSocket. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        EventSocket.open(exchange, socket -> subscribe(socket, box));
    }

    private void subscribe(EventSocket socket, Namespace box) {
        sockets.add(socket);
        Subscription subscription = box.subscribe(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                socket.send(JsonText.text(json -> write(json, event)));
            }

            @Override
            public void dropped() {
                socket.close();
            }
        });
        socket.onClose(() -> {
            sockets.remove(socket);
            if (subscription != null) {
                subscription.close();
            }
        });
        if (subscription == null) {
            socket.close(); // there are too many listeners
        }
    }

    private void write(JsonGenerator json, InboxEvent event) throws IOException {
        json.writeStartObject();
        if (event instanceof InboxEvent.Arrived arrived) {
            json.writeStringField("Type", "new");
            json.writeFieldName("Data");
            MailpitJson.summary(json, arrived.message());
        } else if (event instanceof InboxEvent.Updated updated) {
            json.writeStringField("Type", "update");
            writeUpdate(json, updated);
        } else if (event instanceof InboxEvent.Deleted deleted) {
            json.writeStringField("Type", "delete");
            json.writeObjectFieldStart("Data");
            json.writeStringField("ID", deleted.id().toString());
            json.writeEndObject();
        } else if (event instanceof InboxEvent.Counts counts) {
            json.writeStringField("Type", "stats");
            json.writeObjectFieldStart("Data");
            json.writeNumberField("Total", counts.total());
            json.writeNumberField("Unread", counts.unread());
            json.writeStringField("Version", version);
            json.writeEndObject();
        } else {
            // a client that gets one of these events reads the list again
            json.writeStringField("Type", event instanceof InboxEvent.Truncated ? "truncate" : "prune");
            json.writeNullField("Data");
        }
        json.writeEndObject();
    }

    private static void writeUpdate(JsonGenerator json, InboxEvent.Updated updated) throws IOException {
        json.writeObjectFieldStart("Data");
        json.writeStringField("ID", updated.id().toString());
        Boolean read = updated.read();
        if (read != null) {
            json.writeBooleanField("Read", read);
        }
        if (updated.tags() != null) {
            JsonText.strings(json, "Tags", updated.tags());
        }
        json.writeEndObject();
    }

    /**
     * Sends a refusal of the SMTP server to all clients. Called on an event loop, so another thread does the sending.
     * When refusals come faster than they can be sent, some are counted but not sent.
     */
    public void sendRefusal(String address, Reply reply) {
        if (!sockets.isEmpty()) {
            errorExecutor.execute(() -> sendError(address, reply.code() < 500 ? "warning" : "error", oneLine(reply)));
        }
    }

    /** The reply in one line: {@code 550 5.7.1 Recipient not allowed here}. */
    private static String oneLine(Reply reply) {
        EnhancedStatus status = reply.status();
        return reply.code() + (status == null ? " " : " " + status + " ") + String.join(" ", reply.lines());
    }

    private void sendError(String address, String level, String message) {
        String ip = address.substring(0, Math.max(0, address.lastIndexOf(':'))).replaceAll("[\\[\\]]", "");
        String event = JsonText.text(json -> {
            json.writeStartObject();
            json.writeStringField("Type", "error");
            json.writeObjectFieldStart("Data");
            json.writeStringField("Level", level);
            json.writeStringField("Type", "smtpd");
            json.writeStringField("IP", ip);
            json.writeStringField("Message", message.substring(0, Math.min(message.length(), MAX_ERROR_CHARACTERS)));
            json.writeEndObject();
            json.writeEndObject();
        });
        sockets.forEach(socket -> socket.send(event));
    }

    /** Pings all clients, so that broken connections are noticed. */
    public void ping() {
        sockets.forEach(EventSocket::ping);
    }

    /** Disconnects all clients. */
    public void closeAll() {
        sockets.forEach(EventSocket::close);
    }
}
