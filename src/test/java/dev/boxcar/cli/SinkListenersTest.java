// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.boxcar.cli.server.SocketFile;
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

/** The listeners of {@code boxcar sink}: on the command line, in the file, and at a Unix-domain socket. */
@Timeout(120)
class SinkListenersTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--smtp off | --smtp: off needs a --listen",
                "--listen localhost:0,auth-required=true | --listen: auth-required needs --auth-file or --auth-accept-any",
                "--listen localhost:0,tls=implicit | --listen: tls=implicit needs --tls files or --tls self-signed",
            })
    void refusesAListenerThatNeedsMoreOptions(String arguments, String error) {
        var run = Boxcar.run(Map.of(), arguments.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).containsExactly("boxcar: " + error);
    }

    @Test
    void reportsAnInvalidListenerInOneLine() {
        var run = Boxcar.run(Map.of(), "--listen", "localhost:0,color=red");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("boxcar: --listen: unknown setting 'color' of a listener: ");
    }

    @Test
    void takesListenersFromTheFile() throws Exception {
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

    /** A socket that a killed process left is removed; a socket in use and other files are not. */
    @Test
    void removesAStaleSocketFileAndItsOwnAtTheEnd() throws Exception {
        Path file = directory.resolve("smtp");
        try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(file));
            assertThatIOException()
                    .isThrownBy(() -> SocketFile.removeStale(file))
                    .withMessageContaining("another process is listening");
        }
        assertThat(file).exists();
        try (var sink = Boxcar.start(
                directory, "--smtp", "off", "--spool", "memory", "--listen", "unix:" + file + ",name=here,mode=0626")) {
            assertThat(sink.line()).isEqualTo("[smtp] listening on unix:" + file + " (here)");
            assertThat((int) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(0626);
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                var banner = ByteBuffer.allocate(4);
                client.read(banner);
                assertThat(new String(banner.array(), UTF_8)).isEqualTo("220 ");
            }
            sink.signal("TERM");
        }
        assertThat(file).doesNotExist();
        Files.writeString(file, "precious");
        assertThatIOException().isThrownBy(() -> SocketFile.removeStale(file)).withMessageContaining("not a socket");
        assertThat(file).hasContent("precious");
    }
}
