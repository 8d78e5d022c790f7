// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import dev.boxcar.cli.value.Hostname;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code boxcar relay import}: prints a configuration for the relay, made from that of another server. */
@Command(
        name = "import",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay import [OPTION...] postfix DIR",
        header =
                "prints a configuration made from Postfix's main.cf, and names the settings that it does not carry over",
        description = {
            "",
            "Reads DIR/main.cf and the texts of the tables that it names, and changes neither. The output is a file for",
            "'boxcar relay --config'. Check it with 'boxcar relay check --config FILE'."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n")
public final class RelayImportCommand implements Callable<Integer> {
    private static final String POSTFIX = "postfix";

    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SERVER", description = "whose configuration it is: postfix")
    String server;

    @Parameters(index = "1", paramLabel = "DIR", description = "its directory, such as /etc/postfix")
    Path directory;

    @Option(
            names = "--auth-directory",
            paramLabel = "DIR",
            description = "write each user and password to a file in DIR that only its owner can read (default: none)")
    @Nullable
    Path authDirectory;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    /** The command, with the variables of this environment. */
    public RelayImportCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (!server.equals(POSTFIX)) {
            throw new ParameterException(spec.commandLine(), "SERVER: unknown server '" + server + "': use " + POSTFIX);
        }
        Path file = directory.resolve("main.cf");
        if (!Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), "DIR: " + file + ": cannot be read");
        }
        PostfixParameters postfix =
                PostfixParameters.read(file, Hostname.ofThisMachine(environment).name());
        if (authDirectory != null && !Files.isDirectory(authDirectory)) {
            throw new ParameterException(
                    spec.commandLine(), "--auth-directory: " + authDirectory + ": no such directory");
        }
        RelaySettings settings = PostfixConversion.convert(postfix, new PostfixPasswords(postfix, authDirectory));
        PrintWriter out = spec.commandLine().getOut();
        out.println("# Made from " + file);
        if (Files.exists(directory.resolve("master.cf"))) {
            settings.note("master.cf", "is not read; if it has other ports, such as submission, add them to listen");
        }
        settings.print(out, postfix.unused());
        out.flush();
        return 0;
    }
}
