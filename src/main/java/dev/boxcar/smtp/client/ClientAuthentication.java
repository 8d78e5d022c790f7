// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One AUTH exchange (RFC 4954 §4): PLAIN (RFC 4616) where it is offered, else LOGIN. Confined to the loop thread. */
final class ClientAuthentication {
    private final Queue<String> lines;

    private ClientAuthentication(List<String> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    /** The exchange by the best mechanism that both sides know, or null when there is none. */
    static @Nullable ClientAuthentication with(ClientCredentials login, ServerCapabilities offers) {
        if (offers.mechanisms().contains("PLAIN")) {
            return new ClientAuthentication(List.of("AUTH PLAIN " + base64("\0" + login.user() + "\0" + login.password())));
        }
        if (offers.mechanisms().contains("LOGIN")) {
            return new ClientAuthentication(List.of("AUTH LOGIN", base64(login.user()), base64(login.password())));
        }
        return null;
    }

    /** The next line to say; null where the server asks for more than the mechanism has. */
    @Nullable
    String next() {
        return lines.poll();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
