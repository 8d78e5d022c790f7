// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueTest {
    private static final String COMMANDS =
            "SET a 5\r\nhelloGET a\r\nGET b\r\nSET e 0\r\nGET e\r\nDEL a\r\nGET a\r\n" + "WHAT\r\nQUIT\r\n";
    private static final String ANSWERS =
            "OK\r\nVALUE 5\r\nhelloNONE\r\nOK\r\nVALUE 0\r\nOK\r\nNONE\r\nERROR unknown command\r\nBYE\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void answersCommandsInOrderHoweverTheyAreSplit(int bytesPerWrite) throws IOException {
        try (EventLoop loop = EventLoop.open("key-value")) {
            var values = new HashMap<String, byte[]>();
            var listener =
                    new Listener(loop, new InetSocketAddress("localhost", 0), here -> new KeyValue(here, values));
            var address = (InetSocketAddress) listener.localAddress();
            new Thread(loop::serve).start();
            try (var socket = new Socket("localhost", address.getPort())) {
                socket.setSoTimeout(20_000);
                socket.setTcpNoDelay(true);
                byte[] commands = COMMANDS.getBytes(US_ASCII);
                for (int at = 0; at < commands.length; at += bytesPerWrite) {
                    socket.getOutputStream().write(commands, at, Math.min(bytesPerWrite, commands.length - at));
                }
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                        .isEqualTo(ANSWERS);
            }
        }
    }
}
