// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.option.Version;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.relay.Relay;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.tls.KeyFileWatcher;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.WebAccounts;
import dev.boxcar.web.relay.RelayInfo;
import dev.boxcar.web.relay.RelayWebInterface;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The web interface of a relay, whose classes are loaded only if it is wanted. Used once, on the main thread. */
final class RelayWeb {
    private final RelayWebOptions options;
    private final HostPort address;
    private final WebAccounts accounts;
    private final @Nullable KeyFiles tls;
    private final long startedMillis = System.currentTimeMillis();
    private HttpServer.@Nullable Bound bound;

    private RelayWeb(RelayWebOptions options, HostPort address, WebAccounts accounts, @Nullable KeyFiles tls) {
        this.options = options;
        this.address = address;
        this.accounts = accounts;
        this.tls = tls;
    }

    /**
     * Checks the options of the web interface; null if it is off.
     *
     * @throws ParameterException if an option is wrong, or if strangers could use the page without an account
     */
    static @Nullable RelayWeb of(RelayWebOptions options, CommandLine command) {
        HostPort address = options.address();
        if (address == null) {
            return null;
        }
        try {
            KeyFiles tls = options.server.tls(command);
            options.server.check(tls);
            WebAccounts accounts = options.server.accounts();
            boolean isReachable = OpenRelayCheck.isReachable(ListenerOptions.at(address.host(), address.port()));
            if (isReachable && accounts.isEmpty()) {
                throw new ParameterException(
                        command,
                        "--http: other machines can reach " + address
                                + ", so the page needs accounts: use --ui-auth-file, or listen on localhost");
            }
            return new RelayWeb(options, address, accounts, tls);
        } catch (InvalidFileException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }

    /** Opens the port before anything is announced: if the port is taken, nothing may claim to be ready. */
    void bind(Shutdown shutdown) throws IOException {
        HttpServer.Bound opened = HttpServer.bind(options.server.settings(address, tls, accounts));
        shutdown.closesBeforeSessions(opened);
        bound = opened;
    }

    /** Serves, and prints where. */
    void start(
            Relay relay, String hostname, @Nullable Supplier<SpoolStatistics> spool, Shutdown shutdown, PrintWriter out)
            throws IOException {
        HttpServer.Bound sockets = bound;
        if (sockets == null) {
            throw new IllegalStateException("the port is not open yet");
        }
        var info = new RelayInfo(Version.number(), hostname, options.server.label(), startedMillis, spool);
        RelayWebInterface web = RelayWebInterface.start(sockets, relay.view(), info);
        shutdown.closesBeforeSessions(web);
        KeyFiles files = tls;
        if (files != null) {
            shutdown.closesBeforeSessions(KeyFileWatcher.begin(files, web::replaceTls));
        }
        web.urls().forEach(url -> out.println("[http] accessible via " + url));
        out.flush();
    }
}
