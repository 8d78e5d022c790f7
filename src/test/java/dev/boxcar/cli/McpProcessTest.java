// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code mcp} as an agent uses it: a process that the client of the protocol's own library talks to. */
@Timeout(120)
class McpProcessTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String MAIL = """
            To: %s
            Subject: Your login
            Content-Type: text/html

            <p>Your code is <b>482913</b>. <a href="https://shop.example/login?t=abc">Log in</a></p>
            """;

    @TempDir
    Path directory;

    private Boxcar.Running lab;
    private String smtp;
    private McpSyncClient agent;

    @BeforeEach
    void start() throws Exception {
        lab = Boxcar.start(
                directory, "lab", "--smtp=127.0.0.1:0", "--http=127.0.0.1:0", "--spool=memory", "--hold=off");
        smtp = lab.line().replaceFirst(".* ", "");
        String page = lab.line().replaceFirst(".* via ", "");
        agent = agent(page);
        agent.initialize();
    }

    private static McpSyncClient agent(String page) {
        var server = ServerParameters.builder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .args(List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "mcp",
                        "--url",
                        page))
                .build();
        var transport = new StdioClientTransport(server, new JacksonMcpJsonMapper(MAPPER)) {
            @Override
            public List<String> protocolVersions() { // as newer clients
                return List.of(ProtocolVersions.MCP_2024_11_05, ProtocolVersions.MCP_2025_11_25);
            }
        };
        return McpClient.sync(transport)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(""))
                .requestTimeout(Duration.ofSeconds(60))
                .build();
    }

    @AfterEach
    void stop() {
        agent.closeGracefully();
        lab.close();
    }

    @Test
    void offersToolsWithASchemaEach() {
        assertThat(agent.getServerInfo().name()).isEqualTo("boxcar");
        assertThat(agent.getCurrentInitializationResult().protocolVersion()).isEqualTo("2025-11-25");
        assertThat(agent.listTools().tools())
                .allSatisfy(tool -> assertThat(tool.inputSchema().type()).isEqualTo("object"))
                .extracting(Tool::name)
                .containsExactlyInAnyOrder(
                        "wait_for_message",
                        "search_messages",
                        "read_message",
                        "delete_messages",
                        "list_sessions",
                        "read_session",
                        "run_script",
                        "list_scripts",
                        "delete_scripts");
    }

    @Test
    void waitsForTheMessageAndFindsItsLinkAndItsCode() throws Exception {
        long cursor = json("search_messages", Map.of()).path("cursor").asLong();
        send("ann@example.org");

        JsonNode message = json("wait_for_message", Map.of("query", "to:ann@example.org", "after", cursor));

        assertThat(message.path("subject").asText()).isEqualTo("Your login");
        assertThat(message.path("codes")).extracting(JsonNode::asText).containsExactly("482913");
        assertThat(message.path("links"))
                .extracting(JsonNode::asText)
                .containsExactly("https://shop.example/login?t=abc");
        assertThat(message.path("text").asText()).contains("Your code is 482913.");
        assertThat(json("read_message", Map.of("id", message.path("id").asText())))
                .isEqualTo(message);
        assertThat(json("search_messages", Map.of("query", "subject:login"))
                        .path("matches")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void doesNotTakeAnEarlierMessageForALaterOne() throws Exception {
        send("ann@example.org");
        JsonNode first = json("wait_for_message", Map.of());

        var result =
                call("wait_for_message", Map.of("after", first.path("cursor").asLong(), "timeout_seconds", 0));

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).isEqualTo("no such message arrived within 0 s");
    }

    @Test
    void deletesWhatAQueryMatches() throws Exception {
        send("ann@example.org");
        send("bob@example.org");

        assertThat(text(call("delete_messages", Map.of("query", "to:ann@example.org"))))
                .isEqualTo("deleted");

        assertThat(json("search_messages", Map.of()).path("messages"))
                .extracting(message -> message.path("recipients").path(0).asText())
                .containsExactly("bob@example.org");
        call("delete_messages", Map.of("query", "*"));
        assertThat(json("search_messages", Map.of()).path("matches").asInt()).isZero();
    }

    @Test
    void putsAScriptInForceAndShowsWhatItDidToASession() throws Exception {
        var rule = Map.of(
                "on", Map.of("verb", "RCPT"),
                "do", Map.of("reply", Map.of("code", 550, "status", "5.1.1", "text", "no such user")));
        call("run_script", Map.of("script", Map.of("name", "nobody is here", "rules", List.of(rule))));

        send("ann@example.org");

        JsonNode scripts = json("list_scripts", Map.of());
        assertThat(scripts.path("scripts")
                        .path(0)
                        .path("rules")
                        .path(0)
                        .path("matched")
                        .asInt())
                .isEqualTo(1);
        JsonNode session = json("list_sessions", Map.of("limit", 1)).path(0);
        assertThat(session.path("messages").asInt()).isZero();
        assertThat(text(call("read_session", Map.of("id", session.path("id").asText()))))
                .contains("C: RCPT TO:<ann@example.org>", "S: 550 5.1.1 ");
        assertThat(text(call("delete_scripts", Map.of()))).isEqualTo("deleted");
        assertThat(json("list_scripts", Map.of()).path("scripts")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithACall() {
        assertThat(text(call("read_message", Map.of()))).isEqualTo("id is missing");
        assertThat(text(call("read_message", Map.of("id", "no/such")))).startsWith("the sink answered 404: ");
        assertThat(text(call("search_messages", Map.of("query", "before:someday"))))
                .startsWith("the sink answered 400: ");
        assertThat(text(call("wait_for_message", Map.of("timeout_seconds", 1000))))
                .isEqualTo("timeout_seconds: 1000: not a whole number from 0 to 300");
        assertThat(text(call("run_script", Map.of("script", Map.of("rules", List.of(Map.of("an", 1)))))))
                .startsWith("the sink answered 400: rules[0]");
        lab.close();
        assertThat(text(call("search_messages", Map.of()))).startsWith("no sink answers at http://127.0.0.1:");
    }

    @Test
    void refusesAWrongAddressOfTheSink() {
        for (String url : List.of("localhost:8025", "ftp://localhost/", "http://a b/")) {
            var run = Boxcar.run(Map.of(), "mcp", "--url", url);
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).isEqualTo("boxcar: --url: " + url + ": not a URL such as http://localhost:8025/\n");
        }
    }

    private void send(String recipient) throws Exception {
        Path mail = Files.writeString(directory.resolve("mail"), MAIL.formatted(recipient));
        var run = Boxcar.run(
                Map.of(), "send", smtp, "--from", "shop@shop.example", "--to", recipient, "--file", mail.toString());
        assertThat(run.err()).isEmpty();
    }

    private JsonNode json(String tool, Map<String, Object> arguments) throws Exception {
        CallToolResult result = call(tool, arguments);
        assertThat(result.isError()).as(text(result)).isNotEqualTo(true);
        return MAPPER.readTree(text(result));
    }

    private CallToolResult call(String tool, Map<String, Object> arguments) {
        return agent.callTool(new CallToolRequest(tool, arguments));
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
