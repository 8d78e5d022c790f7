// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.demo.Proxy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar proxy}: the proxy of the Medusa paper. Runs until a signal ends it. */
@Command(
        name = "proxy",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar proxy [OPTION...] HOST PORT",
        header = "relays connections to a server and prints every line in both directions",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Prints where it listens, and then each line that passes, with the number of its session:",
            "",
            "  [proxy] listening on 127.0.0.1:9025, for localhost:1025",
            "  <== (1) \"220 mx.example ESMTP\\r\\n\"          from the server to the client",
            "  ==> (1) \"EHLO client.example\\r\\n\"           from the client to the server",
            "",
            "Long lines are shortened in the output only: all bytes are passed on unchanged and at once. Bytes that",
            "are not printable ASCII are shown as \\xNN.",
            "",
            "Exit status: 1 port in use, 2 invalid option, 130 Ctrl-C, 143 SIGTERM."
        })
final class ProxyCommand implements Callable<Integer> {
    private static final int PORT_OFFSET = 8000;
    private static final String LOOPBACK = "127.0.0.1";

    @Spec
    CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "HOST",
            converter = HostConverter.class,
            description = "the server's name or address")
    String host;

    @Parameters(index = "1", paramLabel = "PORT", converter = PortConverter.class, description = "the server's port")
    Integer port;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "listen here; port 0: any free port (default: 127.0.0.1, at the server's port + 8000)")
    @Nullable
    HostPort listen;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        HostPort address = listen == null ? new HostPort(LOOPBACK, defaultPort()) : listen;
        log.begin();
        var out = new FileOutputStream(FileDescriptor.out); // written by the proxy's own thread
        Proxy proxy = Proxy.start(new InetSocketAddress(address.host(), address.port()), host, port, out);
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "shutdown"));
        new CountDownLatch(1).await(); // the proxy's thread does the rest until a signal ends the process
        return 0;
    }

    private int defaultPort() {
        if (port + PORT_OFFSET > 65535) {
            throw new ParameterException(
                    spec.commandLine(),
                    "PORT: " + port + " + " + PORT_OFFSET + " is more than 65535: use --listen HOST:PORT");
        }
        return port + PORT_OFFSET;
    }

    static final class HostConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            boolean hasInvalid = host.chars().anyMatch(c -> c == '[' || c == ']' || c == '/' || c <= ' ');
            boolean hasPort = host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':');
            if (host.isEmpty() || hasInvalid || hasPort) {
                throw new TypeConversionException("invalid host '" + text + "': expected a host name or an IP address");
            }
            return host;
        }
    }

    static final class PortConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535) {
                return Integer.parseInt(text);
            }
            throw new TypeConversionException("invalid port '" + text + "': must be 1 to 65535");
        }
    }
}
