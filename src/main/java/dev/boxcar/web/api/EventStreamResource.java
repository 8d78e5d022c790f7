// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.web.http.EventStream;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.request.RequestParameters;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /events}: what happens, as server-sent events in order. The id of {@code arrived} is its cursor: a client that
 * was cut off asks {@code /messages} for what came after it. Any thread; nothing blocks.
 */
public final class EventStreamResource {
    private final RequestParameters asked;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    EventStreamResource(RequestParameters asked) {
        this.asked = asked;
    }

    /** GET: the stream, until the client goes. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = asked.box(exchange);
        exchange.bePatient();
        EventStream stream = exchange.events();
        exchange.onGone(stream::close);
        stream.ping();
        streams.add(stream);
        Subscription subscription = box.subscribe(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                stream.offer(text(event));
            }

            @Override
            public void dropped() {
                stream.close();
            }
        });
        stream.onClose(() -> {
            streams.remove(stream);
            if (subscription != null) {
                subscription.close();
            }
        });
        if (subscription == null) {
            stream.close(); // too many listen
        }
    }

    private static String text(InboxEvent event) {
        if (event instanceof InboxEvent.Arrived arrived) {
            String cursor = Long.toString(arrived.message().cursor());
            return EventStream.event(
                    "arrived", cursor, JsonText.text(json -> MessageJson.summary(json, arrived.message())));
        }
        if (event instanceof InboxEvent.Updated updated) {
            return EventStream.event("updated", "", JsonText.text(json -> {
                json.writeStartObject();
                json.writeStringField("id", updated.id().toString());
                Boolean read = updated.read();
                if (read != null) {
                    json.writeBooleanField("read", read);
                }
                if (updated.tags() != null) {
                    JsonText.texts(json, "tags", updated.tags());
                }
                json.writeEndObject();
            }));
        }
        if (event instanceof InboxEvent.Deleted deleted) {
            return EventStream.event("deleted", "", "{\"id\":\"" + deleted.id() + "\"}");
        }
        if (event instanceof InboxEvent.Counts counts) {
            return EventStream.event(
                    "counts", "", "{\"total\":" + counts.total() + ",\"unread\":" + counts.unread() + "}");
        }
        if (event instanceof InboxEvent.Pruned pruned) {
            return EventStream.event("pruned", "", "{\"messages\":" + pruned.messages() + "}");
        }
        return EventStream.event(event instanceof InboxEvent.Truncated ? "truncated" : "changed", "", "{}");
    }

    /** Writes to every client, so that a dead connection is noticed. */
    public void ping() {
        streams.forEach(EventStream::ping);
    }

    /** Ends every stream. */
    public void closeAll() {
        streams.forEach(EventStream::close);
    }
}
