// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.auth.InvalidUsersException;
import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.server.ListenerStartup;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.cli.source.ConfigKeys;
import dev.boxcar.cli.source.OptionSources;
import dev.boxcar.cli.source.UsageError;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar relay}: accepts mail, keeps it until it is delivered, and passes it on. Checks that the options fit
 * together, starts the relay, and runs until a signal ends it.
 */
@Command(
        name = "relay",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay [OPTION...] | boxcar relay COMMAND",
        header = "accepts mail, keeps it in a queue on disk, and passes it on to a smarthost or by MX",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "Every option can also be set by a variable BOXCAR_NAME (BOXCAR_SMARTHOST=smtp.example.com:587) or in the",
            "file of --config. The command line comes first, then the variable, then the file.",
            "",
            "A duration is 500ms, 30s, 1.5h or 7d; a number alone is in seconds. A size is 10kB (10,000 bytes), 10K",
            "or 10KiB (10,240) or 50MiB; a number alone is in bytes.",
            "",
            "A message that got 250 is on disk and survives a power failure, unless --sync says otherwise. On SIGTERM",
            "and Ctrl-C the relay accepts no new connections and finishes what it is receiving and sending, for up to",
            "8 s. The rest stays in the queue.",
            "",
            "Examples:",
            "  boxcar relay                                                pass mail on by MX records",
            "  boxcar relay --smarthost smtp.example.com:587 --smarthost-auth-file FILE",
            "                                                              pass all mail to a provider",
            "",
            "Exit status: 1 port in use or spool unusable, 2 invalid option, 74 spool failed while running, 130",
            "Ctrl-C, 143 SIGTERM."
        })
public final class RelayCommand implements Callable<Integer>, ConfigKeys.Structured {
    private static final Logger LOG = LoggerFactory.getLogger(RelayCommand.class);

    /** The names of the subcommands, in the order in which help lists them. */
    public static final List<String> SUBCOMMANDS = List.of("check", "route", "login", "dkim-key", "import");

    @Spec
    CommandSpec spec;

    @Mixin
    RelayOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    /** The command, with the variables of this environment. */
    public RelayCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        log.begin();
        Checked checked = checked();
        var shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "shutdown"));
        var started = new CompletableFuture<RelayStartup.Running>();
        HangUpSignal.onEach(
                () -> { // a signal during the start waits for its end
                    var unused = started.thenAccept(this::reloadSupervised);
                });
        try {
            started.complete(new RelayStartup(
                            options,
                            environment,
                            checked.security(),
                            checked.settings(),
                            shutdown,
                            spec.commandLine().getOut())
                    .start());
        } catch (IOException e) {
            shutdown.run();
            throw e;
        }
        new CountDownLatch(1).await(); // the server's threads do the rest until a signal ends the process
        return 0;
    }

    /** What the options amount to. */
    private record Checked(RelayStartup.Security security, RelayStartup.Settings settings) {}

    /** Reads the files that the options name, and checks everything that can be checked before anything is opened. */
    private Checked checked() throws IOException {
        TlsOffer tls = options.tls.offer(spec.commandLine());
        AuthenticationOptions authentication = authentication();
        var security = new RelayStartup.Security(authentication, tls, clientTls());
        checkListeners(authentication, tls);
        checkOpenRelay();
        options.queue.check(spec.commandLine());
        var settings = new RelayStartup.Settings(
                rules(),
                hopSettings(),
                expansion(),
                signer(),
                options.retries.schedule(spec.commandLine()),
                RelayWeb.of(options.web, spec.commandLine()));
        return new Checked(security, settings);
    }

    /**
     * Checks the options as a relay does that starts with them.
     *
     * @param command whose options they are; a mistake is a {@link ParameterException} of it
     */
    public static void check(RelayOptions options, Map<String, String> environment, CommandLine command)
            throws IOException {
        var relay = new RelayCommand(environment);
        relay.spec = command.getCommandSpec();
        relay.options = options;
        relay.checked();
    }

    private void reloadSupervised(RelayStartup.Running running) {
        running.systemd().reloading();
        reload(running);
        running.systemd().ready(RelaySupervision.status(running.relay().view()));
    }

    @Override
    public Set<String> structuredKeys() {
        return RelayRouting.STRUCTURED_KEYS;
    }

    private List<RoutingRule> rules() {
        return RelayRouting.of(options, environment, spec.commandLine()).rules();
    }

    /** How mail is sent where no smarthost and no route says otherwise. */
    private HopSettings hopSettings() {
        return options.hopSettings(environment);
    }

    private DkimSigner signer() {
        return options.dkim.signer(spec.commandLine());
    }

    private RecipientExpansion expansion() {
        return options.expansion(environment, spec.commandLine());
    }

    /** Reads the configuration again: all of it or, with an error, none of it. */
    private void reload(RelayStartup.Running running) {
        try {
            var again = new RelayCommand(environment);
            String[] arguments = spec.root().commandLine().getParseResult().originalArgs().stream()
                    .skip(1) // the name of the command
                    .toArray(String[]::new);
            var sources = new OptionSources(environment);
            var command = new CommandLine(again).setDefaultValueProvider(sources);
            try {
                command.parseArgs(arguments);
                again.checkOpenRelay();
                again.checkSameNames(this);
                running.replace(
                        again.rules(),
                        again.hopSettings(),
                        again.expansion(),
                        again.signer(),
                        again.options.permissions());
                LOG.info("configuration read again");
            } catch (ParameterException e) {
                LOG.error("configuration not changed: {}", UsageError.of(e, sources));
            }
        } catch (RuntimeException e) {
            LOG.error("configuration not changed", e);
        }
    }

    private @Nullable AuthenticationOptions authentication() throws IOException {
        try {
            return options.auth.authentication(environment);
        } catch (InvalidUsersException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private RelayTls clientTls() {
        var clientTls = new RelayTls(options.smarthost.authorities, options.mxTls.authorities);
        try {
            options.tls.check();
            options.mxTls.check();
            clientTls.check();
            return clientTls;
        } catch (InvalidFileException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw wrongUsage("--smarthost-tls-ca: " + options.smarthost.authorities + ": cannot be read as PEM");
        }
    }

    private void checkListeners(@Nullable AuthenticationOptions authentication, @Nullable TlsOffer tls) {
        if (!options.queue.role().accepts()) {
            return; // there are none
        }
        String mistake = ListenerStartup.mistake(options.listeners(), authentication, tls, "--auth-file");
        if (mistake != null) {
            throw wrongUsage(mistake);
        }
    }

    /** A relay that anyone can use to send to anyone is abused within hours. */
    private void checkOpenRelay() {
        String network = OpenRelayCheck.tooWide(options.networks);
        boolean isReachable = options.listeners().stream().anyMatch(OpenRelayCheck::isReachable);
        if (network != null && isReachable) {
            throw wrongUsage("--networks: " + network
                    + " would make this an open relay, which anyone can abuse: name your own networks, or listen on"
                    + " localhost only");
        }
    }

    /** The listeners keep these; the rest of the configuration must not have others. */
    private void checkSameNames(RelayCommand running) {
        String before = running.options.hostname(environment);
        if (!options.hostname(environment).equals(before)) {
            throw wrongUsage("--hostname: a new name needs a restart");
        }
        if (!options.rewrite.origin(before).equals(running.options.rewrite.origin(before))) {
            throw wrongUsage("--origin: a new name needs a restart");
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
