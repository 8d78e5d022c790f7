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
 * {@code /events}: the changes of an inbox, in order, as server-sent events. The id of {@code arrived} is its cursor: a
 * client that lost its connection asks {@code /messages} for what came after it. Any thread; nothing blocks.
 */
public final class EventStreamResource {
    private final RequestParameters parameters;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    EventStreamResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: streams events until the client disconnects. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        exchange.disableIdleTimeout();
        EventStream stream = exchange.events();
        exchange.onDisconnect(stream::close);
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
            stream.close(); // there are too many listeners
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
                    JsonText.strings(json, "tags", updated.tags());
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

    /** Writes to every client, so that broken connections are noticed. */
    public void ping() {
        streams.forEach(EventStream::ping);
    }

    /** Ends all streams. */
    public void closeAll() {
        streams.forEach(EventStream::close);
    }
}
