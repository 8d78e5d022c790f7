// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends bytes to a session in segments and returns its replies and messages. */
final class SessionHarness {
    /** The replies and messages, without anything that depends on time or chance. */
    record Result(List<String> replies, List<String> messages) {}

    private static final String END_OF_LINE = "\r\n";

    private final RecordingSink sink = new RecordingSink();
    private final Ports ports;
    private final Limits limits;
    private @Nullable ListenerOptions listener;

    /** Offers AUTH only if {@code credentials} are given. */
    SessionHarness(Limits limits, Credentials... credentials) {
        this.limits = limits;
        this.ports = credentials.length == 0
                ? Ports.of(sink)
                : Ports.of(sink)
                        .withAuthentication(
                                AuthenticationOptions.by(credentials[0]).allowedInClear());
    }

    /** Connects the client at {@link Conversation#PEER} to this listener. */
    SessionHarness through(ListenerOptions listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Sends {@code bytes} in segments of these lengths, which repeat; a length of 0 or less means all the rest. Then
     * the client stops sending.
     */
    Result play(byte[] bytes, int... lengths) throws IOException {
        try (var errors = new LoggedErrors();
                var conversation = new Conversation(ports, limits, Access.DEFAULTS, Extension.all(), null, listener)) {
            int sent = 0;
            for (int i = 0; sent < bytes.length; i++) {
                int length = lengths[i % lengths.length];
                int to = length <= 0 ? bytes.length : Math.min(bytes.length, sent + length);
                conversation.send(Arrays.copyOfRange(bytes, sent, to));
                sent = to;
            }
            conversation.end();
            conversation.awaitEnd();
            errors.check();
            if (sink.underWay() != 0) {
                throw new AssertionError(sink.underWay() + " messages neither committed nor abandoned");
            }
            return new Result(replies(conversation.received()), messages());
        }
    }

    /** Splits the text received into replies. */
    private static List<String> replies(String received) {
        var replies = new ArrayList<String>();
        if (received.isEmpty()) {
            return replies;
        }
        if (!received.endsWith(END_OF_LINE)) {
            throw new AssertionError("incomplete line: " + received);
        }
        String code = "";
        var reply = new StringBuilder();
        for (String line : received.substring(0, received.length() - 2).split(END_OF_LINE, -1)) {
            boolean isLine = line.matches("[2-5][0-9][0-9][ -][^\\00\\r\\n]*");
            if (!isLine || !code.isEmpty() && !line.startsWith(code)) {
                throw new AssertionError("invalid reply line: " + line);
            }
            code = line.charAt(3) == '-' ? line.substring(0, 3) : "";
            reply.append(line).append('\n');
            if (code.isEmpty()) {
                replies.add(lasting(reply.toString()));
                reply.setLength(0);
            }
        }
        if (!code.isEmpty()) {
            throw new AssertionError("incomplete reply: " + reply);
        }
        return replies;
    }

    /** The reply without what depends on time or chance. */
    private static String lasting(String reply) {
        return reply.startsWith("334 ") ? "334" : reply.replaceAll("FUTURERELEASE .*", "FUTURERELEASE");
    }

    private List<String> messages() {
        return sink.stored().stream()
                .map(message -> message.envelope().toString().replaceAll("Received: .*\n", "")
                        + new String(message.bytes(), ISO_8859_1))
                .toList();
    }

    /** The bytes of the messages in the sink. */
    List<byte[]> bytes() {
        return sink.stored().stream().map(RecordingSink.Stored::bytes).toList();
    }

    static byte[] ascii(String text) {
        return text.getBytes(UTF_8);
    }
}
