// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the proxy passes, shows and ends sessions. */
@Timeout(60)
class ProxyTest extends ProxyFixture {
    @Test
    void printsItsAddressAndItsTarget() {
        assertThat(firstLine())
                .isEqualTo("[proxy] listening on 127.0.0.1:" + proxy.address().getPort() + ", for 127.0.0.1:"
                        + target.getLocalPort());
    }

    private String firstLine() {
        awaitShown("\n");
        return shown.toString(UTF_8).lines().findFirst().orElse("");
    }

    @Test
    void showsTheLinesOfBothSidesInOrder() throws Exception {
        Ends ends = session();
        send(ends.server(), "220 ready\r\n");
        assertThat(receive(ends.client(), 11)).isEqualTo("220 ready\r\n");
        send(ends.client(), "EHLO x\r\nNOOP\n");
        assertThat(receive(ends.server(), 13)).isEqualTo("EHLO x\r\nNOOP\n");
        ends.client().shutdownOutput();
        ends.server().shutdownOutput();
        awaitShown("closed");
        assertThat(shown.toString(UTF_8).lines().skip(1))
                .containsExactly(
                        "[proxy] (1) from 127.0.0.1:" + ends.client().getLocalPort(),
                        "<== (1) \"220 ready\\r\\n\"",
                        "==> (1) \"EHLO x\\r\\n\"",
                        "==> (1) \"NOOP\\n\"",
                        "[proxy] (1) closed: 13 bytes to the server, 11 to the client");
    }

    @Test
    void passesAPromptImmediatelyAndShowsItSoon() throws Exception {
        Ends ends = session();
        send(ends.server(), "login: ");
        assertThat(receive(ends.client(), 7)).isEqualTo("login: ");
        awaitShown("<== (1) \"login: \"\n");
        send(ends.client(), "joe\n");
        awaitShown("==> (1) \"joe\\n\"\n");
    }

    @Test
    void passesOnAHalfCloseOfTheClient() throws Exception {
        Ends ends = session();
        send(ends.client(), "all I have to say");
        ends.client().shutdownOutput();
        assertThat(new String(readAll(ends.server()), UTF_8)).isEqualTo("all I have to say");
        send(ends.server(), "an answer");
        assertThat(receive(ends.client(), 9)).isEqualTo("an answer");
        ends.server().close();
        assertThat(ends.client().getInputStream().read()).isNegative();
        awaitShown("(1) closed");
    }

    @Test
    void passesOnAHalfCloseOfTheServer() throws Exception {
        Ends ends = session();
        ends.server().shutdownOutput();
        assertThat(ends.client().getInputStream().read()).isNegative();
        send(ends.client(), "still here");
        assertThat(receive(ends.server(), 10)).isEqualTo("still here");
        ends.client().close();
        assertThat(ends.server().getInputStream().read()).isNegative();
        awaitShown("(1) closed");
    }

    @Test
    void reportsARefusedConnectionInOneLine() throws Exception {
        int port = target.getLocalPort();
        target.close();
        Socket client = connected(proxy);
        send(client, "is anybody there?\r\n");
        assertThat(client.getInputStream().read()).isNegative();
        awaitShown("(1) closed");
        assertThat(shown.toString(UTF_8).lines().skip(2))
                .containsExactly(
                        "[proxy] (1) cannot reach 127.0.0.1:" + port + ": Connection refused",
                        "[proxy] (1) closed: 0 bytes to the server, 0 to the client");
    }

    @Test
    void reportsAnUnknownHostInOneLine() throws Exception {
        Proxy nowhere = proxyFor("no-such-host.invalid", 25, shown);
        assertThat(connected(nowhere).getInputStream().read()).isNegative();
        awaitShown("[proxy] (1) cannot reach no-such-host.invalid:25: no such host\n");
    }

    @Test
    void passesOnEverythingFromAClientThatResets() throws Exception {
        Ends ends = session();
        send(ends.client(), "goodbye");
        assertThat(receive(ends.server(), 7)).isEqualTo("goodbye");
        ends.client().setSoLinger(true, 0);
        ends.client().close();
        assertThat(ends.server().getInputStream().read()).isNegative();
        awaitShown("[proxy] (1) lost the client: the connection broke\n");
    }

    @Test
    void reportsAPortInUseInOneLine() {
        assertThatThrownBy(() -> Proxy.start(proxy.address(), "127.0.0.1", 25, shown))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + proxy.address().getPort() + ": the port is in use");
    }
}
