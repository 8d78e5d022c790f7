// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.ingest.IngestCommand;
import dev.boxcar.cli.inspect.RelayCheckCommand;
import dev.boxcar.cli.inspect.RelayRouteCommand;
import dev.boxcar.cli.log.Logging;
import dev.boxcar.cli.login.RelayLoginCommand;
import dev.boxcar.cli.mcp.McpCommand;
import dev.boxcar.cli.migrate.RelayImportCommand;
import dev.boxcar.cli.option.CommandModels;
import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import dev.boxcar.cli.output.IoFailureText;
import dev.boxcar.cli.queue.QueueCommand;
import dev.boxcar.cli.relay.RelayCommand;
import dev.boxcar.cli.relay.dkim.DkimKeyCommand;
import dev.boxcar.cli.sendmail.MailqCommand;
import dev.boxcar.cli.sendmail.SendmailCommand;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.source.OptionSources;
import dev.boxcar.cli.source.UsageError;
import dev.boxcar.cli.spool.SpoolCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The program: {@code boxcar COMMAND …}. Without a command it runs {@code sink}.
 *
 * <p>An invalid argument or value is reported in one line on standard error, with status 2. A failure, such as a port
 * in use or a spool that cannot be opened, is one line and status 1.
 */
@Command(
        name = "boxcar",
        versionProvider = Version.class,
        synopsisHeading = "Usage: ",
        customSynopsis = "boxcar [COMMAND] [OPTION...]",
        description =
                "%nA mail sink and SMTP test server. Without a command it runs the sink, which accepts all mail and"
                        + " delivers none.%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "'boxcar help COMMAND' shows the options of a command; 'boxcar help sink' shows those of the default",
            "command.",
            "",
            "Exit status:",
            "  0         success",
            "  1         failure, such as a port in use or a spool that cannot be opened",
            "  2         invalid argument, value or configuration key",
            "  70        a bug in the program",
            "  74        the spool failed while the server was running",
            "  130, 143  ended by Ctrl-C, by SIGTERM"
        })
public final class Main {
    private static final String LOCALE_PROVIDERS = "java.locale.providers";
    private static final String DEFAULT_COMMAND = "sink";
    private static final String HELP = "help";
    private static final List<String> COMMANDS = List.of(
            DEFAULT_COMMAND,
            "lab",
            "relay",
            "queue",
            "sendmail",
            "mailq",
            "spool",
            "send",
            "ingest",
            "readyz",
            "blast",
            "proxy",
            "fetch",
            "rehearse",
            "passwd",
            "mcp",
            "version");
    private static final List<String> TOP_LEVEL_OPTIONS = List.of("-h", "--help", "-V", "--version");
    private static final int HELP_COLUMNS = 144;
    private static final int HELP_OPTION_COLUMNS = 36;

    @Mixin
    HelpOptions helpOptions;

    private Main() {}

    /** Runs the command that the arguments name, then ends the process with its status. */
    public static void main(String[] arguments) {
        useEnglishLocalesOnly();
        Logging.prepare(Logging.Level.WARN, Logging.Format.TEXT);
        int status = run(System.getenv(), printer(System.out), printer(System.err), arguments);
        Logging.end();
        System.exit(status); // also with 0, because a library may have left threads running
    }

    /**
     * Leaves out the JDK's data of a thousand locales, because Boxcar writes for programs and in English only. Jetty
     * asks for all locales when it starts, which takes 150 ms of CPU time and 20 MiB of memory with that data.
     */
    private static void useEnglishLocalesOnly() {
        if (System.getProperty(LOCALE_PROVIDERS) == null) {
            System.setProperty(LOCALE_PROVIDERS, "SPI"); // none of these exists, so the JDK uses its built-in English
        }
    }

    /** Runs the command that the arguments name and returns its exit status. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        var sources = new OptionSources(environment);
        String[] line = withCommand(arguments);
        CommandLine commands = commands(environment, line)
                .setDefaultValueProvider(sources)
                .setOverwrittenOptionsAllowed(line[0].equals("sendmail")) // programs repeat its options
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setUsageHelpLongOptionsMaxWidth(HELP_OPTION_COLUMNS)
                .setParameterExceptionHandler((e, given) -> printError(err, UsageError.of(e, sources), usageStatus(e)))
                .setExecutionExceptionHandler(Main::handleException);
        return commands.execute(line);
    }

    /** All commands with their options. */
    static CommandLine commands(Map<String, String> environment) {
        return commands(environment, new String[0]);
    }

    /**
     * The command that the line names, or all commands if it names none. Only an error message needs the options of all
     * commands, and building them would be a large part of the start. The list of commands needs just their outlines.
     */
    private static CommandLine commands(Map<String, String> environment, String[] line) {
        CommandModels models = models();
        var commands = new CommandLine(models.of(new Main()), CommandModels.FACTORY);
        boolean isHelp = line.length > 0 && line[0].equals(HELP);
        Object named = command(word(line, isHelp ? 1 : 0), environment);
        String next = word(line, isHelp ? 2 : 1);
        boolean mayRun = named instanceof LabCommand || named instanceof RelayCommand;
        boolean runs = mayRun && !isHelp && (next.isEmpty() || next.startsWith("-"));
        if (named != null) {
            commands.addSubcommand(runs ? models.of(named) : model(models, named, next, environment));
        } else {
            boolean listsCommands = line.length == 1 && (isHelp || TOP_LEVEL_OPTIONS.contains(line[0]));
            for (String name : COMMANDS) {
                Object command = Objects.requireNonNull(command(name, environment));
                commands.addSubcommand(
                        listsCommands ? models.outline(command) : model(models, command, "", environment));
            }
        }
        return named != null && !isHelp ? commands : commands.addSubcommand(models.of(new HelpCommand()));
    }

    private static String word(String[] line, int index) {
        return index < line.length ? line[index] : "";
    }

    /** The model of a command, including the subcommand with this name, or all of them if there is none. */
    private static Object model(
            CommandModels models, Object command, String subcommand, Map<String, String> environment) {
        List<String> all = subcommands(command);
        if (all.isEmpty()) {
            return models.of(command);
        }
        var parent = new CommandLine(models.of(command), CommandModels.FACTORY);
        for (String name : all.contains(subcommand) ? List.of(subcommand) : all) {
            parent.addSubcommand(models.of(subcommand(command, name, environment)));
        }
        return parent;
    }

    private static List<String> subcommands(Object command) {
        if (command instanceof SpoolCommand) {
            return SpoolCommand.SUBCOMMANDS;
        } else if (command instanceof QueueCommand) {
            return QueueCommand.SUBCOMMANDS;
        }
        return command instanceof LabCommand
                ? LabCommand.SUBCOMMANDS
                : command instanceof RelayCommand ? RelayCommand.SUBCOMMANDS : List.of();
    }

    private static Callable<Integer> subcommand(Object command, String name, Map<String, String> environment) {
        if (command instanceof LabCommand lab) {
            return lab.subcommand(name);
        } else if (command instanceof RelayCommand) {
            return switch (name) {
                case "check" -> new RelayCheckCommand(environment);
                case "route" -> new RelayRouteCommand(environment);
                case "login" -> new RelayLoginCommand(environment, System.in);
                case "dkim-key" -> new DkimKeyCommand();
                default -> new RelayImportCommand(environment);
            };
        }
        return command instanceof QueueCommand queue ? queue.subcommand(name) : SpoolCommand.subcommand(name);
    }

    /** The models that the build generated. Before it has generated them, picocli reads the annotations. */
    private static CommandModels models() {
        try {
            Class<?> written = Class.forName("dev.boxcar.cli.WrittenModels");
            return written.asSubclass(CommandModels.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            return command -> command;
        }
    }

    private static @Nullable Object command(String name, Map<String, String> environment) {
        return switch (name) {
            case "sink" -> new SinkCommand(environment);
            case "lab" -> new LabCommand(environment);
            case "spool" -> new SpoolCommand();
            case "send" -> new SendCommand(environment);
            case "ingest" -> new IngestCommand(environment, System.in);
            case "readyz" -> new ReadyzCommand();
            case "blast" -> new BlastCommand();
            case "proxy" -> new ProxyCommand();
            case "fetch" -> new FetchCommand();
            case "rehearse" -> new RehearseCommand();
            case "relay" -> new RelayCommand(environment);
            case "queue" -> new QueueCommand(environment);
            case "sendmail" -> new SendmailCommand(environment, System.in);
            case "mailq" -> new MailqCommand(environment);
            case "passwd" -> new PasswdCommand(System.in);
            case "mcp" -> new McpCommand(System.in);
            case "version" -> new VersionCommand();
            default -> null;
        };
    }

    private static String[] withCommand(String[] arguments) {
        boolean isOption = arguments.length > 0 && arguments[0].startsWith("-");
        if (arguments.length > 0 && !(isOption && !TOP_LEVEL_OPTIONS.contains(arguments[0]))) {
            return arguments;
        }
        var line = new String[arguments.length + 1];
        line[0] = DEFAULT_COMMAND;
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return line;
    }

    /** {@link ExitStatus#USAGE}, or what the command says instead. */
    private static int usageStatus(ParameterException e) {
        return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int handleException(Exception e, CommandLine command, ParseResult given) {
        PrintWriter err = command.getErr();
        if (e instanceof IOException failure) {
            return printError(err, IoFailureText.of(failure), ExitStatus.FAILED);
        }
        e.printStackTrace(err);
        return printError(err, "internal error, please report it: " + e, ExitStatus.INTERNAL_ERROR);
    }

    private static int printError(PrintWriter err, String reason, int status) {
        err.println("boxcar: " + reason.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
        return status;
    }

    private static PrintWriter printer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }
}
