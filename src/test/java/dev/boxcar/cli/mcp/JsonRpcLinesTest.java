// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JsonRpcLinesTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}\n";

    @Test
    void passesOnMessagesAlone() throws Exception {
        String input = PING.formatted(1) + "not JSON\n\n[1,2]\n\"text\"\nnull\n{\"id\":7}\n" + PING.formatted(2);
        try (JsonRpcLines lines = lines(input)) {
            assertThat(new String(lines.readAllBytes(), UTF_8)).isEqualTo(PING.formatted(1) + PING.formatted(2));
            lines.awaitEnd();
        }
    }

    private static JsonRpcLines lines(String input) {
        return new JsonRpcLines(
                new ByteArrayInputStream(input.getBytes(UTF_8)), new JacksonMcpJsonMapper(new ObjectMapper()));
    }
}
