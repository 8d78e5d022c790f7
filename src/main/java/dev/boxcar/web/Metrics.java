// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.sink.Namespace;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.MetricsText;
import dev.boxcar.web.request.ServerInfo;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: counters and sizes in Prometheus' text format 0.0.4. Metrics that Mailpit has, too, have the names
 * that dashboards for Mailpit know; the names of the others begin with {@code boxcar_}. Any thread.
 */
final class Metrics {
    private final Inbox inbox;
    private final Spool spool;
    private final ServerInfo facts;
    private final @Nullable Webhook webhook;
    private final Clock clock;

    Metrics(Inbox inbox, Spool spool, ServerInfo facts, @Nullable Webhook webhook, Clock clock) {
        this.inbox = inbox;
        this.spool = spool;
        this.facts = facts;
        this.webhook = webhook;
        this.clock = clock;
    }

    /** GET. */
    void scrape(HttpExchange exchange) {
        var text = new MetricsText();
        Namespace box = inbox.namespace("");
        InboxStatistics held = inbox.statistics();
        SpoolStatistics stored = spool.statistics();
        Runtime runtime = Runtime.getRuntime();
        text.gauge("mailpit_messages", "Messages in the mailbox", box.total());
        text.gauge("mailpit_messages_unread", "Unread messages in the mailbox", box.unread());
        text.gauge("mailpit_database_size_bytes", "Bytes of all messages and envelopes", held.bytes());
        text.gauge("mailpit_memory_usage_bytes", "Heap in use", runtime.totalMemory() - runtime.freeMemory());
        text.gauge("mailpit_uptime_seconds", "Time since the start", (clock.millis() - facts.startedMillis()) / 1000);
        text.counter("mailpit_messages_deleted_total", "Messages deleted", held.deleted() + held.pruned());
        text.counter("mailpit_smtp_accepted_total", "Messages accepted", held.received());
        text.counter("mailpit_smtp_accepted_size_bytes_total", "Bytes accepted", held.receivedBytes());
        text.counter(
                "mailpit_smtp_rejected_total",
                "Replies that refused something",
                facts.rejected().getAsLong());
        text.counter("mailpit_smtp_ignored_total", "Messages ignored", 0);
        text.gauges("mailpit_tag_messages", "Messages by tag", "tag", box.tags());
        text.counter("boxcar_messages_pruned_total", "Messages that the retention let go", held.pruned());
        text.counter("boxcar_spool_batches_total", "Groups of records written together", stored.batches());
        text.counter(
                "boxcar_spool_forces_total", "Times that the disk was told to keep what was written", stored.forces());
        text.counter("boxcar_spool_refused_total", "Records that the spool refused", stored.refused());
        text.gauge("boxcar_spool_queued", "Records that wait for the spool's writer", stored.queued());
        text.gauge("boxcar_waiting_clients", "Clients that wait for messages", held.waiting());
        if (webhook != null) {
            text.counter("boxcar_webhook_delivered_total", "Messages announced", webhook.delivered());
            text.counter("boxcar_webhook_dropped_total", "Announcements given up", webhook.dropped());
        }
        text.send(exchange);
    }
}
