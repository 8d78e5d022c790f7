// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import dev.boxcar.cli.option.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar mcp}: a server of the Model Context Protocol on standard input and output, for a running sink. */
@Command(
        name = "mcp",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar mcp [OPTION...]",
        header = "lets an agent read the mail of a running sink, by the Model Context Protocol",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "An agent starts this command and talks to it on standard input and output. Its tools wait for messages,",
            "search, read and delete them, find links and one-time codes in them, list sessions with their verdicts,",
            "and put scripts into force (boxcar lab). The sink runs already, in a process of its own.",
            "",
            "In the configuration of an agent:",
            "  { \"mcpServers\": { \"boxcar\": { \"command\": \"boxcar\", \"args\": [\"mcp\"] } } }"
        })
public final class McpCommand implements Callable<Integer> {
    private final InputStream in;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://localhost:8025/",
            description =
                    "the page of the sink, with USER:PASSWORD@ before the host if it has --ui-auth (default: ${DEFAULT-VALUE})")
    String url;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    /** Creates the command, which reads the agent's requests from this stream. */
    public McpCommand(InputStream in) {
        this.in = in;
    }

    /** Answers requests until the input ends. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var session = new McpSession(new SinkApi(page()), Version.number())) {
            session.serve(in, System.out);
        }
        return 0;
    }

    private URI page() {
        try {
            var page = new URI(url);
            if (page.getHost() != null && page.getScheme().matches("https?")) {
                return page;
            }
        } catch (URISyntaxException e) {
            // the error below says the same
        }
        throw new ParameterException(
                spec.commandLine(), "--url: " + url + ": not a URL such as http://localhost:8025/");
    }
}
