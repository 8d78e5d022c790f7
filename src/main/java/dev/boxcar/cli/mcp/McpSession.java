// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session of the Model Context Protocol, on a pair of streams. */
final class McpSession implements AutoCloseable {
    private static final String INSTRUCTIONS = "Boxcar is a mail sink: it keeps every mail that the application under"
            + " test sends, and delivers none. To test a login by mail: remember the cursor that search_messages"
            + " returns, let the application send, then call wait_for_message with this cursor.";

    private final McpJsonMapper mapper = new JacksonMcpJsonMapper(new ObjectMapper());
    private final List<MailTool> tools = new ArrayList<>();
    private final String version;
    private @Nullable McpSyncServer server;

    McpSession(SinkApi sink, String version) {
        this.version = version;
        tools.addAll(new MailTools(sink).all());
        tools.addAll(new SessionTools(sink).all());
    }

    /** Answers requests until the input ends. */
    void serve(InputStream in, OutputStream out) throws InterruptedException {
        var input = new JsonRpcLines(in, mapper);
        SyncSpecification<?> specification = McpServer.sync(transport(input, out))
                .jsonMapper(mapper)
                // The library would check a tool's structured output, which ours do not have.
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(""))
                .serverInfo("boxcar", version)
                .instructions(INSTRUCTIONS)
                .capabilities(ServerCapabilities.builder().tools(false).build());
        for (MailTool tool : tools) {
            specification.toolCall(described(tool), (exchange, request) -> called(tool, request.arguments()));
        }
        server = specification.build();
        input.awaitEnd();
    }

    /** The library speaks newer versions of the protocol, too, but would offer the oldest alone here. */
    private StdioServerTransportProvider transport(InputStream in, OutputStream out) {
        return new StdioServerTransportProvider(mapper, in, out) {
            @Override
            public List<String> protocolVersions() {
                return List.of(
                        ProtocolVersions.MCP_2024_11_05,
                        ProtocolVersions.MCP_2025_03_26,
                        ProtocolVersions.MCP_2025_06_18,
                        ProtocolVersions.MCP_2025_11_25);
            }
        };
    }

    private Tool described(MailTool tool) {
        return Tool.builder()
                .name(tool.name())
                .description(tool.description())
                .inputSchema(mapper, tool.schema())
                .annotations(new ToolAnnotations(
                        null,
                        tool.effect() == MailTool.Effect.READS,
                        tool.effect() == MailTool.Effect.DELETES,
                        null,
                        false,
                        null))
                .build();
    }

    private static CallToolResult called(MailTool tool, Map<String, Object> arguments) {
        var result = CallToolResult.builder();
        try {
            return result.addTextContent(tool.action().call(new ToolArguments(arguments)))
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            return result.addTextContent(String.valueOf(e.getMessage()))
                    .isError(true)
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return result.addTextContent("interrupted").isError(true).build();
        }
    }

    /** Lets the answers that are being written leave, then ends. */
    @Override
    public void close() {
        if (server != null) {
            server.closeGracefully();
        }
    }
}
