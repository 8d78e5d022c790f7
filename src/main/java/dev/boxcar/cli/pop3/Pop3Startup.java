// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.pop3;

import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.pop3.Pop3Options;
import dev.boxcar.pop3.Pop3Server;
import dev.boxcar.sink.Inbox;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the POP3 server of a sink and reports where it listens. Used once, on the main thread. */
public final class Pop3Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Startup.class);
    /** A self-signed key takes a second to make on a slow machine. */
    private static final Duration KEY_TIMEOUT = Duration.ofSeconds(20);

    private final SinkOptions options;
    private final @Nullable TlsOffer tls;
    private final Consumer<String> readyLine;

    /** For the sink with these options. {@code readyLine} gets a line for each address that it listens on. */
    public Pop3Startup(SinkOptions options, @Nullable TlsOffer tls, Consumer<String> readyLine) {
        this.options = options;
        this.tls = tls;
        this.readyLine = readyLine;
    }

    /** Starts it, with the messages of {@code inbox}, once the key is there: what it offers never changes. */
    public Pop3Server start(Inbox inbox, Map<String, String> environment) throws IOException {
        awaitKey();
        boolean inClear = options.auth().allowsInsecure() || !options.auth().hasUsers();
        Pop3Options settings = Pop3Options.DEFAULTS
                .withHostname(options.hostname(environment))
                .withCleartextLogin(inClear ? Pop3Options.CleartextLogin.ALLOWED : Pop3Options.CleartextLogin.REFUSED);
        Pop3Server server = Pop3Server.start(
                settings,
                new InboxMaildrops(inbox),
                options.auth().pop3Authenticator(),
                () -> tls == null ? null : tls.current());
        try {
            listen(server, options.pop3().address(), Pop3Server.Tls.STLS, "[pop3]");
            listen(server, options.pop3().implicitTlsAddress(), Pop3Server.Tls.IMPLICIT, "[pop3s]");
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void awaitKey() throws IOException {
        try {
            if (tls != null && !tls.await(KEY_TIMEOUT)) {
                LOG.warn("event=pop3-without-tls cause=\"the key is not available\"");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the TLS key", e);
        }
    }

    private void listen(Pop3Server server, HostPort wanted, Pop3Server.Tls when, String kind) throws IOException {
        if (wanted.isOff()) {
            return;
        }
        for (InetSocketAddress bound : server.listen(wanted.host(), wanted.port(), when)) {
            readyLine.accept(kind + " listening on " + HostPort.of(bound));
        }
    }
}
