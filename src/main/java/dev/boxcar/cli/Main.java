// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine;

/**
 * The program: {@code boxcar COMMAND …}. Without a command it is {@code sink}.
 *
 * <p>A wrong argument or value is one line on standard error and status 2; what the machine refuses (a port in use, a
 * spool that cannot be opened) is one line and status 1.
 */
@Command(
        name = "boxcar",
        versionProvider = VersionCommand.class,
        synopsisHeading = "Usage: ",
        customSynopsis = "boxcar [COMMAND] [OPTION...]",
        description =
                "%nAn SMTP server. Without a command it is a mail sink: it takes every mail and passes none on.%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "'boxcar help COMMAND' tells a command's options; 'boxcar help sink' those of no command.",
            "",
            "Exit status:",
            "  0   done",
            "  1   the machine refuses: a port in use, a spool that cannot be opened",
            "  2   a wrong argument, value or configuration key",
            "  70  a fault of the program itself",
            "  74  the spool failed while running",
            "  130, 143  ended in order by Ctrl-C, by SIGTERM"
        })
public final class Main {
    static final int REFUSED = 1;
    static final int WRONG_USAGE = 2;
    static final int OUR_FAULT = 70;
    static final int SPOOL_FAILED = 74;

    private static final String DEFAULT_COMMAND = "sink";
    private static final String HELP = "help";
    private static final List<String> COMMANDS =
            List.of(DEFAULT_COMMAND, "spool", "send", "blast", "proxy", "fetch", "rehearse", "passwd", "version");
    private static final List<String> OPTIONS_OF_NO_COMMAND = List.of("-h", "--help", "-V", "--version");

    /**
     * As picocli's own, which when it is loaded looks for a class that is never there: for that alone the jar would be
     * opened.
     */
    static final CommandLine.IFactory FACTORY = new CommandLine.IFactory() {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return CommandLine.defaultFactory().create(type);
        }
    };

    private static final int HELP_COLUMNS = 144;
    private static final int HELP_OPTION_COLUMNS = 36;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's
    HelpAndVersion helpAndVersion;

    private Main() {}

    /** Runs the command that the arguments name, and ends the program with its status. */
    public static void main(String[] arguments) {
        Logging.prepare(Logging.Level.WARN, Logging.Format.TEXT);
        int status = run(System.getenv(), printer(System.out), printer(System.err), arguments);
        Logging.end();
        System.exit(status); // also with 0: a library's thread may not hold the program back
    }

    /** Runs the command that the arguments name; the result is its exit status. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        var layers = new Layers(environment);
        String[] line = withCommand(arguments);
        CommandLine commands = commands(environment, line)
                .setDefaultValueProvider(layers)
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setUsageHelpLongOptionsMaxWidth(HELP_OPTION_COLUMNS)
                .setParameterExceptionHandler((e, given) -> complain(err, Complaint.of(e, layers), WRONG_USAGE))
                .setExecutionExceptionHandler(Main::failed);
        return commands.execute(line);
    }

    /** The commands with their options. */
    static CommandLine commands(Map<String, String> environment) {
        return commands(environment, new String[0]);
    }

    /**
     * The command that the line names, or all where it names none: reading the options of all is a good part of a
     * start, and only a mistake needs them. For a list of the commands their outlines will do.
     */
    private static CommandLine commands(Map<String, String> environment, String[] line) {
        Models models = models();
        var commands = new CommandLine(models.of(new Main()), FACTORY);
        boolean asksForHelp = line.length > 0 && line[0].equals(HELP);
        String name = word(line, asksForHelp ? 1 : 0);
        Object named = command(name, environment);
        if (named != null) {
            commands.addSubcommand(withLooks(models, named, word(line, asksForHelp ? 2 : 1)));
        } else {
            boolean listed = line.length == 1 && (asksForHelp || OPTIONS_OF_NO_COMMAND.contains(line[0]));
            for (String each : COMMANDS) {
                Object command = Objects.requireNonNull(command(each, environment));
                commands.addSubcommand(listed ? models.outline(command) : withLooks(models, command, ""));
            }
        }
        return named != null && !asksForHelp ? commands : commands.addSubcommand(models.of(new HelpCommand()));
    }

    private static String word(String[] line, int place) {
        return place < line.length ? line[place] : "";
    }

    /** The model of a command; below {@code spool} the look of that name, or all. */
    private static Object withLooks(Models models, Object command, String name) {
        if (!(command instanceof SpoolCommand)) {
            return models.of(command);
        }
        var spool = new CommandLine(models.of(command), FACTORY);
        for (String each : SpoolCommand.LOOKS.contains(name) ? List.of(name) : SpoolCommand.LOOKS) {
            spool.addSubcommand(models.of(SpoolCommand.look(each)));
        }
        return spool;
    }

    /**
     * What picocli is given in place of a command: its options in plain code, as the build wrote them from the
     * annotations. Reading the annotations at run time is a third of a start. Where the build has not been yet, the
     * command itself.
     */
    private static Models models() {
        try {
            Class<?> written = Class.forName("dev.boxcar.cli.WrittenModels");
            return written.asSubclass(Models.class).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            return command -> command;
        }
    }

    /** What the build writes. */
    interface Models {
        /** The command's model; the command itself where its annotations are to be read. */
        Object of(Object command);

        /** No more of it than what a list of commands shows. */
        default Object outline(Object command) {
            return of(command);
        }
    }

    private static @Nullable Object command(String name, Map<String, String> environment) {
        return switch (name) {
            case "sink" -> new SinkCommand(environment);
            case "spool" -> new SpoolCommand();
            case "send" -> new SendCommand(environment);
            case "blast" -> new BlastCommand();
            case "proxy" -> new ProxyCommand();
            case "fetch" -> new FetchCommand();
            case "rehearse" -> new RehearseCommand();
            case "passwd" -> new PasswdCommand(System.in);
            case "version" -> new VersionCommand();
            default -> null;
        };
    }

    private static String[] withCommand(String[] arguments) {
        boolean isOption = arguments.length > 0 && arguments[0].startsWith("-");
        if (arguments.length > 0 && !(isOption && !OPTIONS_OF_NO_COMMAND.contains(arguments[0]))) {
            return arguments;
        }
        var whole = new String[arguments.length + 1];
        whole[0] = DEFAULT_COMMAND;
        System.arraycopy(arguments, 0, whole, 1, arguments.length);
        return whole;
    }

    private static int failed(Exception e, CommandLine command, ParseResult given) {
        PrintWriter err = command.getErr();
        if (e instanceof IOException refused) {
            return complain(err, message(refused), REFUSED);
        }
        e.printStackTrace(err);
        return complain(err, "this is a fault of the program itself: " + e, OUR_FAULT);
    }

    private static String message(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + file.getClass().getSimpleName().replaceFirst("Exception$", "");
        }
        return String.valueOf(e.getMessage());
    }

    private static int complain(PrintWriter err, String reason, int status) {
        err.println("boxcar: " + reason.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
        return status;
    }

    private static PrintWriter printer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }
}
