// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One AUTH exchange (RFC 4954 §4): PLAIN (RFC 4616) if the server offers it, else LOGIN. Confined to the loop thread.
 */
final class ClientAuthentication {
    private final Queue<String> lines;

    private ClientAuthentication(List<String> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    /** An exchange with the best mechanism that both sides support, or null if there is none. */
    static @Nullable ClientAuthentication with(ClientCredentials credentials, ServerCapabilities capabilities) {
        String user = credentials.user();
        String password = credentials.password();
        if (capabilities.mechanisms().contains("PLAIN")) {
            return new ClientAuthentication(List.of("AUTH PLAIN " + base64("\0" + user + "\0" + password)));
        }
        if (capabilities.mechanisms().contains("LOGIN")) {
            return new ClientAuthentication(List.of("AUTH LOGIN", base64(user), base64(password)));
        }
        return null;
    }

    /** The next line to send, or null if the server asks for more lines than the mechanism has. */
    @Nullable
    String next() {
        return lines.poll();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
