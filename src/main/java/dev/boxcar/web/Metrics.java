// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.sink.Namespace;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: counters and sizes in Prometheus' text format 0.0.4. Metrics that Mailpit has, too, have the names
 * that dashboards for Mailpit know; the names of the others begin with {@code boxcar_}. Any thread.
 */
final class Metrics {
    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

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
        var text = new StringBuilder();
        Namespace box = inbox.namespace("");
        InboxStatistics held = inbox.statistics();
        SpoolStatistics stored = spool.statistics();
        Runtime runtime = Runtime.getRuntime();
        gauge(text, "mailpit_messages", "Messages in the mailbox", box.total());
        gauge(text, "mailpit_messages_unread", "Unread messages in the mailbox", box.unread());
        gauge(text, "mailpit_database_size_bytes", "Bytes of all messages and envelopes", held.bytes());
        gauge(text, "mailpit_memory_usage_bytes", "Heap in use", runtime.totalMemory() - runtime.freeMemory());
        gauge(text, "mailpit_uptime_seconds", "Time since the start", (clock.millis() - facts.startedMillis()) / 1000);
        counter(text, "mailpit_messages_deleted_total", "Messages deleted", held.deleted() + held.pruned());
        counter(text, "mailpit_smtp_accepted_total", "Messages accepted", held.received());
        counter(text, "mailpit_smtp_accepted_size_bytes_total", "Bytes accepted", held.receivedBytes());
        counter(
                text,
                "mailpit_smtp_rejected_total",
                "Replies that refused something",
                facts.rejected().getAsLong());
        counter(text, "mailpit_smtp_ignored_total", "Messages ignored", 0);
        tags(text, box.tags());
        counter(text, "boxcar_messages_pruned_total", "Messages that the retention let go", held.pruned());
        counter(text, "boxcar_spool_batches_total", "Groups of records written together", stored.batches());
        counter(
                text,
                "boxcar_spool_forces_total",
                "Times that the disk was told to keep what was written",
                stored.forces());
        counter(text, "boxcar_spool_refused_total", "Records that the spool refused", stored.refused());
        gauge(text, "boxcar_spool_queued", "Records that wait for the spool's writer", stored.queued());
        gauge(text, "boxcar_waiting_clients", "Clients that wait for messages", held.waiting());
        if (webhook != null) {
            counter(text, "boxcar_webhook_delivered_total", "Messages announced", webhook.delivered());
            counter(text, "boxcar_webhook_dropped_total", "Announcements given up", webhook.dropped());
        }
        exchange.bytes(FORMAT, text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void tags(StringBuilder text, Map<String, Integer> tags) {
        head(text, "mailpit_tag_messages", "Messages by tag", "gauge");
        tags.forEach((tag, messages) -> text.append("mailpit_tag_messages{tag=\"")
                .append(tag.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append("\"} ")
                .append(messages)
                .append('\n'));
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        head(text, name, help, "gauge");
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void counter(StringBuilder text, String name, String help, long value) {
        head(text, name, help, "counter");
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
