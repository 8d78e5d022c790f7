// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.option.SinkOptions;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar sink}: accepts all mail, keeps it in the spool and delivers none. Runs until a signal ends it. */
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
            "up to 8 s, and writes everything it has accepted to disk.",
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
        return new SinkLauncher(spec.commandLine(), options, log, environment).run(null);
    }
}
