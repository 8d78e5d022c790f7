// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said through the proxy, shown by it, and ended. */
@Timeout(60)
class ProxyTest extends ProxyStage {
    @Test
    void saysWhereItListensAndForWhom() {
        assertThat(firstLine())
                .isEqualTo("[proxy] listening on 127.0.0.1:" + proxy.address().getPort() + ", for 127.0.0.1:"
                        + target.getLocalPort());
    }

    private String firstLine() {
        awaitShown("\n");
        return shown.toString(UTF_8).lines().findFirst().orElse("");
    }

    @Test
    void showsTheLinesOfBothInTheirOrder() throws Exception {
        Ends ends = session();
        say(ends.server(), "220 ready\r\n");
        assertThat(hear(ends.client(), 11)).isEqualTo("220 ready\r\n");
        say(ends.client(), "EHLO x\r\nNOOP\n");
        assertThat(hear(ends.server(), 13)).isEqualTo("EHLO x\r\nNOOP\n");
        ends.client().shutdownOutput();
        ends.server().shutdownOutput();
        awaitShown("closed");
        assertThat(shown.toString(UTF_8).lines().skip(1))
                .containsExactly(
                        "[proxy] (1) from 127.0.0.1:" + ends.client().getLocalPort(),
                        "<== (1) \"220 ready\\r\\n\"",
                        "==> (1) \"EHLO x\\r\\n\"",
                        "==> (1) \"NOOP\\n\"",
                        "[proxy] (1) closed: 13 octets to the server, 11 to the client");
    }

    @Test
    void aPromptWithoutAnEndPassesAtOnceAndIsShownSoon() throws Exception {
        Ends ends = session();
        say(ends.server(), "login: ");
        assertThat(hear(ends.client(), 7)).isEqualTo("login: ");
        awaitShown("<== (1) \"login: \"\n");
        say(ends.client(), "joe\n");
        awaitShown("==> (1) \"joe\\n\"\n");
    }

    @Test
    void theClientsHalfCloseReachesTheServerWhichGoesOnSpeaking() throws Exception {
        Ends ends = session();
        say(ends.client(), "all I have to say");
        ends.client().shutdownOutput();
        assertThat(new String(readAll(ends.server()), UTF_8)).isEqualTo("all I have to say");
        say(ends.server(), "an answer");
        assertThat(hear(ends.client(), 9)).isEqualTo("an answer");
        ends.server().close();
        assertThat(ends.client().getInputStream().read()).isNegative();
        awaitShown("(1) closed");
    }

    @Test
    void theServersHalfCloseReachesTheClientWhichGoesOnSpeaking() throws Exception {
        Ends ends = session();
        ends.server().shutdownOutput();
        assertThat(ends.client().getInputStream().read()).isNegative();
        say(ends.client(), "still here");
        assertThat(hear(ends.server(), 10)).isEqualTo("still here");
        ends.client().close();
        assertThat(ends.server().getInputStream().read()).isNegative();
        awaitShown("(1) closed");
    }

    @Test
    void aServerThatRefusesEndsTheSessionWithOneLine() throws Exception {
        int port = target.getLocalPort();
        target.close();
        Socket client = connected(proxy);
        say(client, "is anybody there?\r\n");
        assertThat(client.getInputStream().read()).isNegative();
        awaitShown("(1) closed");
        assertThat(shown.toString(UTF_8).lines().skip(2))
                .containsExactly(
                        "[proxy] (1) cannot reach 127.0.0.1:" + port + ": Connection refused",
                        "[proxy] (1) closed: 0 octets to the server, 0 to the client");
    }

    @Test
    void aServerThatHasNoAddressEndsTheSessionWithOneLine() throws Exception {
        Proxy nowhere = proxyFor("no-such-host.invalid", 25, shown);
        assertThat(connected(nowhere).getInputStream().read()).isNegative();
        awaitShown("[proxy] (1) cannot reach no-such-host.invalid:25: no such host\n");
    }

    @Test
    void aClientThatBreaksOffEndsTheServersSideWithAllThatItSaid() throws Exception {
        Ends ends = session();
        say(ends.client(), "goodbye");
        assertThat(hear(ends.server(), 7)).isEqualTo("goodbye");
        ends.client().setSoLinger(true, 0);
        ends.client().close();
        assertThat(ends.server().getInputStream().read()).isNegative();
        awaitShown("[proxy] (1) lost the client: the connection broke\n");
    }

    @Test
    void aPortInUseIsOneLine() {
        assertThatThrownBy(() -> Proxy.start(proxy.address(), "127.0.0.1", 25, shown))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + proxy.address().getPort() + ": the port is in use");
    }
}
