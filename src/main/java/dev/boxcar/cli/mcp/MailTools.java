// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boxcar.junit.content.CodeFinder;
import dev.boxcar.junit.content.HtmlWords;
import dev.boxcar.junit.content.LinkFinder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The tools for messages: wait, search, read, delete. */
final class MailTools {
    private static final String MESSAGES = "messages";
    /** What an answer has room for: an agent pays for every word. */
    private static final int MAX_TEXT = 20_000;

    private static final String NAMESPACE =
            "\"namespace\": {\"type\": \"string\", \"description\": \"only in this namespace\"}";

    private final SinkApi sink;

    MailTools(SinkApi sink) {
        this.sink = sink;
    }

    List<MailTool> all() {
        return List.of(
                new MailTool(
                        "wait_for_message",
                        "Waits until a message that matches has arrived, and returns it with its text, links and"
                                + " one-time codes. Returns at once if one is there already; with after, only a later"
                                + " one counts.",
                        MailTool.Effect.READS,
                        """
                        {"type": "object", "properties": {
                          "query": {"type": "string", "description": "such as to:ann@example.org subject:\\"log in\\"; without it, any message"},
                          "after": {"type": "integer", "description": "a cursor from an earlier answer"},
                          "timeout_seconds": {"type": "integer", "minimum": 0, "maximum": 300, "default": 30},
                        """ + NAMESPACE + "}}",
                        this::await),
                new MailTool(
                        "search_messages",
                        "Lists messages, the newest first: id, sender, recipients, subject, first words. The query has"
                                + " words and terms such as from:, to:, subject:, tag:, before:, after:, has:attachment.",
                        MailTool.Effect.READS,
                        """
                        {"type": "object", "properties": {
                          "query": {"type": "string", "description": "without it, all messages"},
                          "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
                        """ + NAMESPACE + "}}",
                        this::search),
                new MailTool(
                        "read_message",
                        "Returns a message: header fields, envelope, text, attachments, and the links and one-time"
                                + " codes in it.",
                        MailTool.Effect.READS,
                        "{\"type\": \"object\", \"required\": [\"id\"], \"properties\": {\"id\": {\"type\": \"string\"}, "
                                + NAMESPACE + "}}",
                        arguments -> read(arguments.required("id"), arguments.text("namespace"))),
                new MailTool(
                        "delete_messages",
                        "Deletes the messages that match a query, or all with the query *.",
                        MailTool.Effect.DELETES,
                        "{\"type\": \"object\", \"required\": [\"query\"], \"properties\": {\"query\": {\"type\": \"string\"}, "
                                + NAMESPACE + "}}",
                        this::delete));
    }

    private String await(ToolArguments arguments) throws IOException, InterruptedException {
        long seconds = arguments.number("timeout_seconds", 0, 300, 30);
        long after = arguments.number("after", 0, Long.MAX_VALUE, 0);
        JsonNode found = sink.await(
                MESSAGES,
                Map.of(
                        "query",
                        arguments.text("query"),
                        "after",
                        Long.toString(after),
                        "wait",
                        seconds + "s",
                        "count",
                        "1",
                        "limit",
                        "1",
                        "ns",
                        arguments.text("namespace")),
                Duration.ofSeconds(seconds));
        JsonNode newest = found.path("messages").path(0);
        if (newest.isMissingNode()) {
            throw new IOException("no such message arrived within " + seconds + " s");
        }
        return read(newest.path("id").asText(), arguments.text("namespace"));
    }

    private String search(ToolArguments arguments) throws IOException, InterruptedException {
        long limit = arguments.number("limit", 1, 100, 20);
        JsonNode found = sink.get(
                MESSAGES,
                Map.of(
                        "query",
                        arguments.text("query"),
                        "limit",
                        Long.toString(limit),
                        "ns",
                        arguments.text("namespace")));
        var answer = ((ObjectNode) found).objectNode();
        answer.set("cursor", found.path("cursor"));
        answer.set("matches", found.path("matches"));
        ArrayNode messages = answer.putArray(MESSAGES);
        for (JsonNode message : found.path(MESSAGES)) {
            ObjectNode row = messages.addObject();
            for (String field : List.of("id", "received", "sender", "recipients", "subject", "tags", "snippet")) {
                row.set(field, message.path(field));
            }
        }
        return answer.toPrettyString();
    }

    private String read(String id, String namespace) throws IOException, InterruptedException {
        JsonNode message = sink.get("messages/" + SinkApi.segment(id), Map.of("ns", namespace));
        String html = message.path("html").asText();
        String text = message.path("text").asText();
        String words = text.isBlank() ? HtmlWords.of(html) : text;
        var answer = ((ObjectNode) message).objectNode();
        for (String field : List.of("id", "cursor", "session", "received", "subject", "from", "to", "cc")) {
            answer.set(field, message.path(field));
        }
        answer.set("envelope", message.path("envelope"));
        LinkFinder.links(text, html).forEach(answer.putArray("links")::add);
        CodeFinder.codes(words).forEach(answer.putArray("codes")::add);
        answer.set("attachments", message.path("attachments"));
        ObjectNode headers = answer.putObject("headers");
        message.path("headers")
                .forEach(header -> headers.withArray(header.path("name").asText())
                        .add(header.path("decoded").asText()));
        answer.put("text", words.length() <= MAX_TEXT ? words : words.substring(0, MAX_TEXT));
        if (words.length() > MAX_TEXT) {
            answer.put("textCutAt", MAX_TEXT);
        }
        return answer.toPrettyString();
    }

    private String delete(ToolArguments arguments) throws IOException, InterruptedException {
        String query = arguments.required("query");
        String namespace = arguments.text("namespace");
        sink.delete(
                MESSAGES,
                query.equals("*") ? Map.of("all", "true", "ns", namespace) : Map.of("query", query, "ns", namespace));
        return "deleted";
    }
}
