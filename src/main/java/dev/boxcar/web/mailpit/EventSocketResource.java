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
 * {@code /api/events}: what happens, over WebSockets, as {@code {"Type","Data"}}. Events of a socket come in order; a
 * client that does not read them is dropped. Any thread; nothing blocks.
 */
public final class EventSocketResource {
    private static final int MOST_ERROR_CHARACTERS = 500;
    private static final int MOST_ERRORS_WAITING = 256;

    private final RequestParameters asked;
    private final String version;
    private final Set<EventSocket> sockets = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor errors;

    /** Events of what was asked for. */
    public EventSocketResource(RequestParameters asked, String version) {
        this.asked = asked;
        this.version = version;
        this.errors = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_ERRORS_WAITING),
                task -> {
                    var daemon = new Thread(task, "boxcar-web-errors");
                    daemon.setDaemon(true);
                    return daemon;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        errors.allowCoreThreadTimeOut(true);
    }

    /** GET: an upgrade. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = asked.box(exchange);
        EventSocket.open(exchange, socket -> begin(socket, box));
    }

    private void begin(EventSocket socket, Namespace box) {
        sockets.add(socket);
        Subscription subscription = box.subscribe(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                socket.offer(JsonText.text(json -> write(json, event)));
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
            socket.close(); // too many listen
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
            // whoever sees one of these reads the list anew
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
            JsonText.texts(json, "Tags", updated.tags());
        }
        json.writeEndObject();
    }

    /**
     * Tells every socket of a refusal, later and on another thread: an event loop may call this. Where more are refused
     * than can be told, the rest is counted by the server, and told to nobody.
     */
    public void sendRefusal(String address, Reply reply) {
        if (!sockets.isEmpty()) {
            errors.execute(() -> tell(address, reply.code() < 500 ? "warning" : "error", inOneLine(reply)));
        }
    }

    /** As the client read it: {@code 550 5.7.1 Recipient not allowed here}. */
    private static String inOneLine(Reply reply) {
        EnhancedStatus status = reply.status();
        return reply.code() + (status == null ? " " : " " + status + " ") + String.join(" ", reply.lines());
    }

    private void tell(String address, String level, String message) {
        String ip = address.substring(0, Math.max(0, address.lastIndexOf(':'))).replaceAll("[\\[\\]]", "");
        String event = JsonText.text(json -> {
            json.writeStartObject();
            json.writeStringField("Type", "error");
            json.writeObjectFieldStart("Data");
            json.writeStringField("Level", level);
            json.writeStringField("Type", "smtpd");
            json.writeStringField("IP", ip);
            json.writeStringField("Message", message.substring(0, Math.min(message.length(), MOST_ERROR_CHARACTERS)));
            json.writeEndObject();
            json.writeEndObject();
        });
        sockets.forEach(socket -> socket.offer(event));
    }

    /** Asks every client for a sign of life. */
    public void ping() {
        sockets.forEach(EventSocket::ping);
    }

    /** Ends every socket. */
    public void closeAll() {
        sockets.forEach(EventSocket::close);
    }
}
