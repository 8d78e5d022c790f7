// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners with settings of their own, on the command line and in the file. */
@Timeout(120)
class ListenOptionTest {
    @TempDir
    Path directory;

    @Test
    @SuppressWarnings("AddressSelection") // nothing is looked up
    void everySettingIsRead() throws IOException {
        ListenerOptions listener = ListenOption.parse("[::1]:2525,name=app,tls=implicit,auth-required=true,"
                        + "networks=127.0.0.0/8+::1,proxy=10.0.0.5,xclient=10.0.0.6")
                .listener();
        assertThat(listener.host()).isEqualTo("::1");
        assertThat(listener.port()).isEqualTo(2525);
        assertThat(listener.name()).isEqualTo("app");
        assertThat(listener.tls()).isEqualTo(ListenerOptions.Tls.IMPLICIT);
        assertThat(listener.authRequired()).isTrue();
        assertThat(listener.networks().contain(InetAddress.getByName("127.9.9.9")))
                .isTrue();
        assertThat(listener.networks().contain(InetAddress.getByName("::1"))).isTrue();
        assertThat(listener.networks().contain(InetAddress.getByName("10.0.0.5")))
                .isFalse();
        assertThat(listener.proxy().contain(InetAddress.getByName("10.0.0.5"))).isTrue();
        assertThat(listener.xclient().contain(InetAddress.getByName("10.0.0.6")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "somewhere            | not HOST:PORT",
                "unix:                | names no file",
                "localhost:0,color=x  | no setting of a listener",
                "localhost:0,name     | no setting of a listener",
                "localhost:0,name=a b | not a name",
                "localhost:0,tls=yes  | none of off, starttls, required, implicit",
                "localhost:0,auth-required=1 | none of true, false",
                "localhost:0,networks=here   | not a network",
                "localhost:0,name=a,name=b   | given twice",
            })
    void whatIsWrongIsNamed(String text, String complaint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ListenOption.parse(text))
                .withMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--smtp off | --smtp: off, and there is no --listen",
                "--listen localhost:0,auth-required=true | --listen: auth-required, and nobody can authenticate*",
                "--listen localhost:0,tls=implicit | --listen: tls=implicit, and --tls is off",
            })
    void whatAListenerNeedsMustBeThere(String arguments, String complaint) {
        var run = Boxcar.run(Map.of(), arguments.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1).first().asString().startsWith("boxcar: " + complaint.replace("*", ""));
    }

    @Test
    void aWrongListenerIsOneLine() {
        var run = Boxcar.run(Map.of(), "--listen", "localhost:0,color=red");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("boxcar: --listen: 'color' is no setting");
    }

    @Test
    void aListInTheFileIsTheSameAsTheOption() throws Exception {
        Path file = Files.writeString(directory.resolve("sink.conf"), """
                smtp = off
                listeners = [
                  { address = "127.0.0.1:0", name = app, networks = ["127.0.0.0/8", "::1"], auth-required = false }
                  "127.0.0.1:0,name=other"
                ]
                """);
        try (var sink = Boxcar.start(directory, "--config", file.toString(), "--spool", "memory")) {
            assertThat(sink.line()).matches("\\[smtp] listening on 127\\.0\\.0\\.1:[0-9]+ \\(app\\)");
            assertThat(sink.line()).matches("\\[smtp] listening on 127\\.0\\.0\\.1:[0-9]+ \\(other\\)");
            sink.signal("TERM");
        }
    }

    /** What a killed run leaves behind is in nobody's way; what is somebody's is not taken. */
    @Test
    void aSocketsFileIsRemovedWhenItIsStaleAndAtTheEnd() throws Exception {
        Path file = directory.resolve("smtp");
        try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(file));
            assertThatIOException().isThrownBy(() -> SocketFile.clear(file)).withMessageContaining("somebody listens");
        }
        assertThat(file).exists();
        try (var sink = Boxcar.start(
                directory, "--smtp", "off", "--spool", "memory", "--listen", "unix:" + file + ",name=here")) {
            assertThat(sink.line()).isEqualTo("[smtp] listening on unix:" + file + " (here)");
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                var banner = ByteBuffer.allocate(4);
                client.read(banner);
                assertThat(new String(banner.array(), UTF_8)).isEqualTo("220 ");
            }
            sink.signal("TERM");
        }
        assertThat(file).doesNotExist();
        Files.writeString(file, "precious");
        assertThatIOException().isThrownBy(() -> SocketFile.clear(file)).withMessageContaining("no socket");
        assertThat(file).hasContent("precious");
    }
}
