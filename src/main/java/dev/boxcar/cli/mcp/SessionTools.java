// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The tools for the lab: sessions with their verdicts, and scripts. */
final class SessionTools {
    private static final String NOTHING = "{\"type\": \"object\", \"properties\": {}}";

    private final SinkApi sink;

    SessionTools(SinkApi sink) {
        this.sink = sink;
    }

    List<MailTool> all() {
        return List.of(
                new MailTool(
                        "list_sessions",
                        "Lists the latest SMTP sessions: the client, its messages, its round trips, and what it did"
                                + " against the RFCs.",
                        MailTool.Effect.READS,
                        "{\"type\": \"object\", \"properties\": {\"limit\": {\"type\": \"integer\", \"minimum\": 1,"
                                + " \"maximum\": 20, \"default\": 5}}}",
                        this::list),
                new MailTool(
                        "read_session",
                        "Returns an SMTP session as a transcript, with its verdicts.",
                        MailTool.Effect.READS,
                        "{\"type\": \"object\", \"required\": [\"id\"], \"properties\": {\"id\": {\"type\": \"string\"}}}",
                        this::read),
                new MailTool(
                        "run_script",
                        "Puts a script into force for the sessions that begin from now on, so that the server refuses,"
                                + " delays or breaks what its rules say. For example {\"name\": \"second recipient"
                                + " unknown\", \"rules\": [{\"on\": {\"verb\": \"RCPT\", \"nth\": 2}, \"do\": {\"reply\":"
                                + " {\"code\": 550, \"status\": \"5.1.1\", \"text\": \"no such user\"}}}]}."
                                + " GET /api/boxcar/v1/openapi.json of the sink describes the form.",
                        MailTool.Effect.CHANGES,
                        "{\"type\": \"object\", \"required\": [\"script\"], \"properties\": {\"script\": {\"type\": \"object\"}}}",
                        this::run),
                new MailTool(
                        "list_scripts",
                        "Lists the scripts in force, with how often each rule has matched.",
                        MailTool.Effect.READS,
                        NOTHING,
                        arguments -> sink.get("lab/scripts", Map.of()).toPrettyString()),
                new MailTool(
                        "delete_scripts",
                        "Ends all scripts: the server behaves again.",
                        MailTool.Effect.CHANGES,
                        NOTHING,
                        arguments -> {
                            sink.delete("lab/scripts", Map.of());
                            return "deleted";
                        }));
    }

    private String list(ToolArguments arguments) throws IOException, InterruptedException {
        String limit = Long.toString(arguments.number("limit", 1, 20, 5));
        ArrayNode sessions = JsonNodeFactory.instance.arrayNode();
        for (JsonNode row : sink.get("sessions", Map.of("limit", limit)).path("sessions")) {
            JsonNode session =
                    sink.get("sessions/" + SinkApi.segment(row.path("id").asText()), Map.of());
            ObjectNode shown = sessions.addObject();
            shown.setAll((ObjectNode) row);
            for (String field : List.of("pipelined", "roundTrips", "possibleRoundTrips")) {
                shown.set(field, session.path(field));
            }
            shown.set("verdicts", faults(session));
        }
        return sessions.toPrettyString();
    }

    private String read(ToolArguments arguments) throws IOException, InterruptedException {
        String path = "sessions/" + SinkApi.segment(arguments.required("id"));
        return sink.text(path + "/transcript", Map.of()) + "\n# Verdicts\n"
                + faults(sink.get(path, Map.of())).toPrettyString();
    }

    private String run(ToolArguments arguments) throws IOException, InterruptedException {
        Object script = arguments.value("script");
        if (script == null) {
            throw new IllegalArgumentException("script is missing");
        }
        return sink.post("lab/scripts", script).toPrettyString();
    }

    /** What the client did against a rule, or could do better. */
    private static ArrayNode faults(JsonNode session) {
        ArrayNode faults = JsonNodeFactory.instance.arrayNode();
        for (JsonNode verdict : session.path("verdicts")) {
            if (List.of("VIOLATION", "ADVICE").contains(verdict.path("level").asText())) {
                faults.add(verdict);
            }
        }
        return faults;
    }
}
