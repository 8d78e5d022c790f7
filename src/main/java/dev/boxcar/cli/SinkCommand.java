// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.auth.InvalidUsersException;
import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.http.WebAccounts;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar sink}: accepts all mail, keeps it in the spool and delivers none. Checks that the options fit together,
 * starts the server, and runs until a signal ends it.
 */
@Command(
        name = "sink",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar [sink] [OPTION...]",
        header = "accepts all mail, keeps it in the spool and delivers none; the default command",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Every option can also be set by a variable BOXCAR_NAME (BOXCAR_MAX_RECIPIENTS=100) or in the file of",
            "--config. The command line comes first, then BOXCAR_NAME, then Mailpit's MP_... variable with the same",
            "meaning, then the file.",
            "",
            "A duration is 500ms, 30s, 1.5h or 7d; a number alone is in seconds. A size is 10kB (10,000 bytes), 10K",
            "or 10KiB (10,240) or 50MiB; a number alone is in bytes.",
            "",
            "Standard output has one line per listener: '[smtp] listening on 127.0.0.1:1025', [smtps] for implicit",
            "TLS, [pop3] and [pop3s], and '[http] accessible via http://127.0.0.1:8025/'.",
            "",
            "On SIGTERM and Ctrl-C the server accepts no new connections, lets messages that are being sent finish for",
            "up to 10 s, and writes everything it has accepted to disk.",
            "",
            "Examples:",
            "  boxcar                                             listen on localhost:1025, spool in ./mailspool",
            "  boxcar --smtp 127.0.0.1:0 --spool memory           listen on a free port, write nothing to disk",
            "  boxcar --sync group --spool /var/spool/boxcar      a message that got 250 survives a power failure",
            "  boxcar --config conf/sink.conf --log-format json   take options from a file",
            "",
            "Exit status: 1 port in use or spool unusable, 2 invalid option, 74 spool failed while running, 130",
            "Ctrl-C, 143 SIGTERM."
        })
final class SinkCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    SinkOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    SinkCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        TlsOffer tls = options.tls().offer(spec.commandLine());
        log.begin();
        KeyFiles webTls = options.web().tls(spec.commandLine());
        AuthenticationOptions authentication = authentication();
        checkListeners(authentication, tls);
        checkKeyFiles(webTls);
        WebAccounts webAccounts = webAccounts();
        var shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "shutdown"));

        var security = new SinkStartup.Security(authentication, tls, webTls, webAccounts);
        try {
            new SinkStartup(
                            options,
                            environment,
                            security,
                            shutdown,
                            spec.commandLine().getOut())
                    .start();
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
            options.web().check(webTls);
        } catch (InvalidFileException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private WebAccounts webAccounts() {
        try {
            return options.web().accounts();
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
        if (options.listeners().isEmpty()) {
            throw wrongUsage("--smtp: off needs a --listen");
        }
        if (!options.pop3().implicitTlsAddress().isOff() && tls == null) {
            throw wrongUsage("--pop3s: needs --tls files or --tls self-signed");
        }
        for (ListenerOptions listener : options.listeners()) {
            if (listener.authRequired() && authentication == null) {
                throw wrongUsage("--listen: auth-required needs --auth-file or --auth-accept-any");
            }
            boolean needsTls =
                    listener.tls() != ListenerOptions.Tls.DEFAULT && listener.tls() != ListenerOptions.Tls.OFF;
            if (needsTls && tls == null) {
                throw wrongUsage("--listen: tls=" + listener.tls().name().toLowerCase(Locale.ROOT)
                        + " needs --tls files or --tls self-signed");
            }
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
