// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static dev.boxcar.web.relay.RelayQuestion.answer;

import dev.boxcar.relay.observation.DeliveryMonitor;
import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.schedule.DeliveryCounters;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.request.MetricsText;
import java.util.LinkedHashMap;
import java.util.function.Supplier;

/** {@code /metrics} of the relay. Any thread. */
final class RelayMetrics {
    private final RelayView relay;
    private final RelayInfo info;

    RelayMetrics(RelayView relay, RelayInfo info) {
        this.relay = relay;
        this.info = info;
    }

    /** GET. */
    void scrape(HttpExchange exchange) throws HttpProblem {
        QueueSnapshot queue = answer(relay::snapshot);
        var text = new MetricsText();
        queue(text, queue);
        deliveries(text, relay.deliveries());
        connections(text, queue, relay.connections());
        Supplier<SpoolStatistics> spool = info.spool();
        if (spool != null) {
            spool(text, spool.get());
        }
        Runtime runtime = Runtime.getRuntime();
        text.gauge("boxcar_heap_bytes", "Heap in use", runtime.totalMemory() - runtime.freeMemory());
        text.gauge("boxcar_start_time_seconds", "When the relay started, since 1970", info.startedMillis() / 1000.0);
        text.send(exchange);
    }

    private void queue(MetricsText text, QueueSnapshot queue) {
        var states = new LinkedHashMap<String, Integer>();
        for (QueuedState state : QueuedState.values()) {
            states.put(state.text(), queue.messages(state));
        }
        text.gauges("boxcar_queue_messages", "Messages in the queue", "state", states);
        text.gauge(
                "boxcar_queue_oldest_seconds",
                "Age of the oldest message in the queue",
                queue.ageSeconds(System.currentTimeMillis()));
        text.gauge(
                "boxcar_ready",
                "1 if the relay takes mail; 0 while it loads the queue, or if there is no room",
                relay.obstacle() == null ? 1 : 0);
    }

    private static void deliveries(MetricsText text, DeliveryCounters counters) {
        text.counters(
                "boxcar_deliveries_total", "Results, one per recipient and attempt", "result", counters.results());
        text.counters(
                "boxcar_deliveries_by_tls_total",
                "Recipients delivered to, by how the connection was secured",
                "tls",
                counters.secured());
        text.counters(
                "boxcar_deferrals_total",
                "Deferrals by the class of their reason (RFC 3463)",
                "reason",
                counters.deferrals());
        text.counters(
                "boxcar_deliveries_dkim_total",
                "Deliveries by their DKIM signature, one per recipient; failed: also attempts that it stopped",
                "dkim",
                counters.signatures());
        text.gauge(
                "boxcar_last_success_timestamp_seconds",
                "When a recipient was delivered last, since 1970; 0: never",
                counters.lastSuccessMillis() / 1000.0);
        text.histogram(
                "boxcar_delivery_seconds",
                "Time from the acceptance of a message to its delivery, per recipient",
                counters.withinSeconds(),
                counters.totalSeconds());
    }

    private static void connections(MetricsText text, QueueSnapshot queue, DeliveryMonitor monitor) {
        text.counter("boxcar_connections_opened_total", "Connections begun to other servers", monitor.opened());
        text.counter(
                "boxcar_connections_reused_total",
                "Transactions over a connection that had served another one",
                monitor.reused());
        text.gauge("boxcar_deliveries_active", "Transactions that are going on", queue.inDelivery());
        text.gauge(
                "boxcar_destinations_dead",
                "Destinations that are not tried because they did not respond",
                queue.deadDestinations());
    }

    private static void spool(MetricsText text, SpoolStatistics stored) {
        text.counter("boxcar_messages_accepted_total", "Messages stored, reports included", stored.messages());
        text.counter("boxcar_spool_batches_total", "Groups of records written together", stored.batches());
        text.counter(
                "boxcar_spool_forces_total", "Times that the disk was told to keep what was written", stored.forces());
        text.counter("boxcar_spool_refused_total", "Records that the spool refused", stored.refused());
        text.gauge("boxcar_spool_queued", "Records that wait for the spool's writer", stored.queued());
    }
}
