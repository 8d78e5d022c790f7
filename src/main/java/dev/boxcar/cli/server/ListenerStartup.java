// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks and opens the SMTP listeners of a server. Used on the main thread. */
public final class ListenerStartup {
    private ListenerStartup() {}

    /** An address at which a listener is open. */
    public record OpenAddress(ListenerOptions listener, SocketAddress address) {
        /** {@code HOST:PORT} or {@code unix:PATH}. */
        public String text() {
            return address instanceof InetSocketAddress inet ? HostPort.of(inet).toString() : "unix:" + address;
        }

        /** The line that tells people and scripts where the server listens. */
        public String readyLine() {
            String kind = listener.tls() == ListenerOptions.Tls.IMPLICIT ? "[smtps]" : "[smtp]";
            String name = listener.name().isEmpty() ? "" : " (" + listener.name() + ")";
            return kind + " listening on " + text() + name;
        }
    }

    /**
     * What is wrong with these listeners: there is none, or TLS or AUTH is missing though one of them needs it; null if
     * nothing is.
     *
     * @param authOptions the options that would configure AUTH
     */
    public static @Nullable String mistake(
            List<ListenerOptions> listeners,
            @Nullable AuthenticationOptions authentication,
            @Nullable TlsOffer tls,
            String authOptions) {
        if (listeners.isEmpty()) {
            return "--smtp: off needs a --listen";
        }
        for (ListenerOptions listener : listeners) {
            if (listener.authRequired() && authentication == null) {
                return "--listen: auth-required needs " + authOptions;
            }
            if (needsTls(listener) && tls == null) {
                return "--listen: tls=" + listener.tls().name().toLowerCase(Locale.ROOT)
                        + " needs --tls files or --tls self-signed";
            }
        }
        return null;
    }

    private static boolean needsTls(ListenerOptions listener) {
        return listener.tls() != ListenerOptions.Tls.DEFAULT && listener.tls() != ListenerOptions.Tls.OFF;
    }

    /** Opens all listeners; the files of Unix-domain sockets are removed at the end. */
    public static List<OpenAddress> open(SmtpServer server, List<ListenerOptions> listeners, Shutdown shutdown)
            throws IOException {
        var open = new ArrayList<OpenAddress>();
        for (ListenerOptions listener : listeners) {
            if (!listener.path().isEmpty()) {
                Path file = Path.of(listener.path());
                SocketFile.removeStale(file);
                shutdown.closesAfterSessions(() -> SocketFile.remove(file));
            }
            for (SocketAddress bound : server.listen(listener)) {
                open.add(new OpenAddress(listener, bound));
            }
            if (!listener.mode().isEmpty()) {
                SocketFile.setMode(Path.of(listener.path()), listener.mode());
            }
        }
        return List.copyOf(open);
    }
}
