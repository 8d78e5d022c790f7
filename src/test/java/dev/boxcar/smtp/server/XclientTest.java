// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XCLIENT: an allowed client restarts its session as another client; no other client may. */
class XclientTest {
    private static final ListenerOptions LISTENER =
            ListenerOptions.at("", 0).withName("front").withXclient(Networks.of(List.of("192.0.2.0/24")));
    private static final String OFFER = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";
    private static final String MESSAGE = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\n";

    private final RecordingSink sink = new RecordingSink();

    private Conversation conversation(ListenerOptions listener, Access access) throws IOException {
        return new Conversation(sink, Limits.DEFAULTS, access, EnumSet.noneOf(Extension.class), listener);
    }

    private Conversation trusted() throws IOException {
        return conversation(LISTENER, Access.DEFAULTS);
    }

    private static String last(Conversation conversation) {
        return conversation.lines().get(conversation.lines().size() - 1);
    }

    @Test
    void offersXclientOnlyToAllowedClients() throws IOException {
        try (var conversation = trusted()) {
            conversation.send("EHLO c\r\n");
            conversation.awaitLines(3);
            assertThat(conversation.lines()).contains("250 " + OFFER);
        }
        try (var conversation = conversation(ListenerOptions.at("", 0), Access.DEFAULTS)) {
            conversation.send("EHLO c\r\nXCLIENT ADDR=203.0.113.9\r\n");
            conversation.awaitLines(3);
            assertThat(conversation.received()).doesNotContain("250-XCLIENT").doesNotContain("250 XCLIENT");
            assertThat(last(conversation)).startsWith("550 5.7.0 ");
        }
    }

    @Test
    void restartsTheSessionAsThatClient() throws IOException {
        try (var conversation = trusted()) {
            conversation.send("EHLO filter\r\nXCLIENT NAME=c.example ADDR=203.0.113.9 PORT=4711\r\n");
            conversation.awaitLines(4);
            assertThat(last(conversation)).startsWith("220 mx.example ");
            conversation.send("MAIL FROM:<a@example.com>\r\n");
            conversation.awaitLines(5);
            assertThat(last(conversation)).startsWith("503 5.5.1 Send EHLO first");
            conversation.send("EHLO other\r\n" + MESSAGE);
            conversation.await("a message", () -> !sink.stored().isEmpty());
            assertThat(sink.stored().get(0).envelope().toString().lines())
                    .contains("Client: 203.0.113.9:4711", "Helo: other", "Listener: front");
        }
    }

    @Test
    void acceptsHeloNameAndProtocol() throws IOException {
        try (var conversation = trusted()) {
            conversation.send(
                    "XCLIENT LOGIN=somebody HELO=told+2Eexample PROTO=SMTP ADDR=IPV6:2001:db8::9\r\n" + MESSAGE);
            conversation.await("a message", () -> !sink.stored().isEmpty());
            assertThat(sink.stored().get(0).envelope().toString().lines())
                    .contains(
                            "Helo: told.example",
                            "Protocol: SMTP",
                            "User: somebody",
                            "Client: [2001:db8:0:0:0:0:0:9]:0");
        }
    }

    @Test
    void acceptsRepetitionLowerCaseAndUnavailableValues() throws IOException {
        try (var conversation = trusted()) {
            conversation.send(
                    "xclient addr=[UNAVAILABLE] name=[TEMPUNAVAIL] port=[unavailable] helo=[TEMPUNAVAIL]\r\n");
            conversation.awaitLines(2);
            assertThat(last(conversation)).startsWith("220 ");
            conversation.send("XCLIENT LOGIN=somebody DESTADDR=192.0.2.1 DESTPORT=25 PROTO=ESMTP\r\n");
            conversation.awaitLines(3);
            assertThat(last(conversation)).startsWith("220 ");
        }
    }

    /** The network {@code local} is for Unix-domain sockets; a client whose address is unavailable is not in it. */
    @Test
    void aClientWithoutAddressIsNotLocal() throws IOException {
        ListenerOptions listener = LISTENER.withNetworks(Networks.of(List.of("192.0.2.0/24", "local")));
        try (var conversation = conversation(listener, Access.DEFAULTS)) {
            conversation.send("XCLIENT ADDR=[UNAVAILABLE]\r\n");
            conversation.awaitEnd();
            assertThat(last(conversation)).startsWith("554 5.7.1 Access denied for your address");
        }
        try (var conversation = trusted()) {
            conversation.send("XCLIENT ADDR=[TEMPUNAVAIL]\r\nEHLO c\r\n" + MESSAGE);
            conversation.await("a message", () -> !sink.stored().isEmpty());
            assertThat(sink.stored().get(0).envelope().toString().lines()).contains("Client: unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "XCLIENT",
                "XCLIENT ADDR",
                "XCLIENT ADDR=",
                "XCLIENT ADDR=host.example",
                "XCLIENT ADDR=1.2.3",
                "XCLIENT ADDR=IPV6:1.2.3.4",
                "XCLIENT PORT=65536",
                "XCLIENT PORT=x",
                "XCLIENT PROTO=LMTP",
                "XCLIENT NAME=a+0D+0Ab",
                "XCLIENT HELO=a+0D+0Ab",
                "XCLIENT HELO=a+",
                "XCLIENT NAME=-",
                "XCLIENT ADDR=203.0.113.9 OTHER=x",
                "XCLIENT =x"
            })
    void refusesInvalidAttributesWithoutEffect(String command) throws IOException {
        try (var conversation = trusted()) {
            conversation.send("HELO c\r\n" + command + "\r\nMAIL FROM:<a@example.com>\r\n");
            conversation.awaitLines(4);
            assertThat(conversation.lines().get(2)).startsWith("501 5.5.4 ");
            assertThat(conversation.lines().get(3)).startsWith("250 2.1.0 ");
        }
    }

    @Test
    void refusesXclientDuringATransaction() throws IOException {
        try (var conversation = trusted()) {
            conversation.send(
                    "HELO c\r\nMAIL FROM:<a@example.com>\r\nXCLIENT ADDR=203.0.113.9\r\nRCPT TO:<b@example.com>\r\n");
            conversation.awaitLines(5);
            assertThat(conversation.lines().get(3)).startsWith("503 5.5.1 XCLIENT");
            assertThat(conversation.lines().get(4)).startsWith("250 2.1.5 ");
        }
    }

    @Test
    void limitsApplyToTheNewClient() throws IOException {
        try (var conversation = conversation(LISTENER, Access.DEFAULTS.withMessagesPerMinute(1))) {
            String mail = "HELO c\r\nMAIL FROM:<a@example.com>\r\nRSET\r\n";
            conversation.send(mail + "XCLIENT ADDR=203.0.113.9\r\n" + mail + "MAIL FROM:<a@example.com>\r\n");
            conversation.awaitLines(9);
            assertThat(conversation.lines().get(6))
                    .as("the other client's first")
                    .startsWith("250 2.1.0 ");
            assertThat(conversation.lines().get(8))
                    .as("the other client's second")
                    .startsWith("452 4.7.0 ");
        }
    }
}
