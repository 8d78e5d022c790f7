// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of an input that are JSON-RPC messages. The library would stop reading, and answer nothing more, at the
 * first line that is not; this leaves such lines out and logs them. It also tells when the input has ended, which the
 * library keeps to itself. One thread reads, any thread may await the end.
 */
final class JsonRpcLines extends InputStream {
    private static final Logger log = LoggerFactory.getLogger(JsonRpcLines.class);

    private final CountDownLatch end = new CountDownLatch(1);
    private final BufferedReader lines;
    private final McpJsonMapper mapper;
    private byte[] line = {};
    private int next;

    JsonRpcLines(InputStream in, McpJsonMapper mapper) {
        this.lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        this.mapper = mapper;
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    @Override
    public int read() throws IOException {
        return hasNext() ? line[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!hasNext()) {
            return -1;
        }
        int count = Math.min(length, line.length - next);
        System.arraycopy(line, next, bytes, from, count);
        next += count;
        return count;
    }

    private boolean hasNext() throws IOException {
        while (next == line.length) {
            String text = readLine();
            if (text == null) {
                return false;
            }
            if (isMessage(text)) {
                line = (text + "\n").getBytes(UTF_8);
                next = 0;
            }
        }
        return true;
    }

    private @Nullable String readLine() throws IOException {
        boolean more = false;
        try {
            String text = lines.readLine();
            more = text != null;
            return text;
        } finally {
            if (!more) {
                end.countDown();
            }
        }
    }

    private boolean isMessage(String text) {
        try {
            McpSchema.deserializeJsonRpcMessage(mapper, text);
            return true;
        } catch (IOException | RuntimeException e) {
            log.warn("event=ignored-line reason=\"not a JSON-RPC message\" length={}", text.length());
            return false;
        }
    }
}
