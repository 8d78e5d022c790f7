// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.auth.InvalidUsersException;
import dev.boxcar.cli.lab.LabSetup;
import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.server.ListenerStartup;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.sink.search.TagFilters;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.http.WebAccounts;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs a sink or a lab: checks that the options fit together, starts the server, and waits for the signal that ends it.
 */
final class SinkLauncher {
    private final CommandLine command;
    private final SinkOptions options;
    private final LogOptions log;
    private final Map<String, String> environment;

    SinkLauncher(CommandLine command, SinkOptions options, LogOptions log, Map<String, String> environment) {
        this.command = command;
        this.options = options;
        this.log = log;
        this.environment = environment;
    }

    /** Runs the server, as a lab unless {@code lab} is null. Returns only by an exception. */
    int run(@Nullable LabSetup lab) throws IOException, InterruptedException {
        TlsOffer tls = options.tls().offer(command);
        log.begin();
        KeyFiles webTls = options.web().server().tls(command);
        AuthenticationOptions authentication = authentication();
        checkListeners(authentication, tls);
        checkKeyFiles(webTls);
        var settings = new SinkStartup.Settings(authentication, tls, webTls, webAccounts(), tagFilters());
        options.autoRelease().check(command, options.api().releases());
        var shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "shutdown"));

        try {
            new SinkStartup(options, environment, settings, lab, shutdown, command.getOut()).start();
        } catch (IOException e) {
            shutdown.run();
            throw e;
        }
        new CountDownLatch(1).await(); // the server's threads do the rest until a signal ends the process
        return 0;
    }

    private @Nullable AuthenticationOptions authentication() throws IOException {
        try {
            return options.auth().authentication(environment);
        } catch (InvalidUsersException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private void checkKeyFiles(@Nullable KeyFiles webTls) {
        try {
            options.tls().check();
            options.web().server().check(webTls);
        } catch (InvalidFileException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private WebAccounts webAccounts() {
        try {
            return options.web().server().accounts();
        } catch (InvalidFileException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private TagFilters tagFilters() {
        try {
            return options.inbox().tagFilters();
        } catch (InvalidFileException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    /** Checks that there is a listener, and that TLS and AUTH are configured if a listener needs them. */
    private void checkListeners(@Nullable AuthenticationOptions authentication, @Nullable TlsOffer tls) {
        if (authentication != null && !options.auth().allowsInsecure() && tls == null) {
            LoggerFactory.getLogger(SinkCommand.class)
                    .warn("no client can authenticate: this needs TLS or --auth-allow-insecure");
        }
        String mistake =
                ListenerStartup.mistake(options.listeners(), authentication, tls, "--auth-file or --auth-accept-any");
        if (mistake != null) {
            throw wrongUsage(mistake);
        }
        if (!options.pop3().implicitTlsAddress().isOff() && tls == null) {
            throw wrongUsage("--pop3s: needs --tls files or --tls self-signed");
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(command, message);
    }
}
