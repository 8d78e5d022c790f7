// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

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

/** {@code boxcar proxy}: the paper's proxy. Runs until a signal ends it. */
@Command(
        name = "proxy",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar proxy [OPTION...] HOST PORT",
        header = "stands between clients and a server, and shows each session as it passes",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Says where it listens, and then, on standard output, each line that passes, with the number of its session:",
            "",
            "  [proxy] listening on 127.0.0.1:9025, for localhost:1025",
            "  <== (1) \"220 mx.example ESMTP\\r\\n\"          from the server to the client",
            "  ==> (1) \"EHLO client.example\\r\\n\"           from the client to the server",
            "",
            "Long lines are cut where they are shown, and nowhere else: octets of any kind pass as they are and at once. What is not",
            "printable ASCII is shown as \\xNN.",
            "",
            "Exit status: 1 port in use, 2 wrong option, 130 Ctrl-C, 143 SIGTERM."
        })
final class ProxyCommand implements Callable<Integer> {
    private static final int ABOVE = 8000;
    private static final String LOOPBACK = "127.0.0.1";

    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "HOST", converter = Host.class, description = "the server's name or address")
    String host;

    @Parameters(index = "1", paramLabel = "PORT", converter = Port.class, description = "the server's port")
    Integer port;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "where to listen; port 0 is a free one (default: 127.0.0.1, at the server's port + 8000)")
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
        HostPort at = listen == null ? new HostPort(LOOPBACK, portAbove()) : listen;
        Logging.begin(log.level, log.format);
        var out = new FileOutputStream(FileDescriptor.out); // the proxy writes it on a thread of its own
        Proxy proxy = Proxy.start(new InetSocketAddress(at.host(), at.port()), host, port, out);
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "shutdown"));
        new CountDownLatch(1).await(); // the proxy's thread does the rest, until the process is told to end
        return 0;
    }

    private int portAbove() {
        if (port + ABOVE > 65535) {
            throw new ParameterException(
                    spec.commandLine(),
                    "PORT: " + port + " + " + ABOVE + " is over 65535: say where to listen with --listen HOST:PORT");
        }
        return port + ABOVE;
    }

    static final class Host implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            boolean odd = host.chars().anyMatch(c -> c == '[' || c == ']' || c == '/' || c <= ' ');
            boolean hasPort = host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':');
            if (host.isEmpty() || odd || hasPort) {
                throw new TypeConversionException("'" + text + "' is not a host's name or address");
            }
            return host;
        }
    }

    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535) {
                return Integer.parseInt(text);
            }
            throw new TypeConversionException("'" + text + "' is not a port of 1 to 65535");
        }
    }
}
