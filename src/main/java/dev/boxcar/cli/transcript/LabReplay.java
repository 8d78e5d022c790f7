// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.option.ClientTlsOptions;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.lab.replay.ReplayDifference;
import dev.boxcar.lab.replay.ReplayOptions;
import dev.boxcar.lab.replay.ReplayOptions.Pacing;
import dev.boxcar.lab.replay.TranscriptReplay;
import dev.boxcar.record.transcript.Dialogue;
import dev.boxcar.record.transcript.DialogueReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code boxcar lab replay}: plays a transcript against a server and compares the replies. */
@Command(
        name = "replay",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar lab replay [OPTION...] FILE HOST:PORT",
        header = "plays a transcript against a server and compares the replies",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Sends what the transcript's client sent, in the same segments: each as soon as the replies have come that",
            "the client had then. Stops at the first reply that is not what the transcript says, and shows it:",
            "",
            "  bug.smtp:12: expected 250 2.1.5 *",
            "               received 550 5.1.1 no such user",
            "",
            "STARTTLS is played; the server's certificate is not checked. A transcript of this project's tests can be",
            "played too, unless it controls the server of those tests.",
            "",
            "Exit status: 0 the replies are the same, 1 they differ, or no connection, 2 invalid option or transcript."
        })
public final class LabReplay implements Callable<Integer> {
    private static final int DIFFERENT = 1;
    private static final int INVALID = 2;
    private static final long MAX_FILE_BYTES = 64L * 1024 * 1024;

    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "a transcript, such as 'boxcar lab record' writes")
    Path file;

    @Parameters(
            index = "1",
            paramLabel = "HOST:PORT",
            converter = ServerAddressConverter.class,
            description = "the server, such as localhost:1025")
    InetSocketAddress server;

    @Option(names = "--timed", description = "keep the pauses of the recorded client; otherwise there are none")
    boolean timed;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "how long the server may take for each reply (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException {
        Dialogue dialogue;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("1: larger than 64 MiB");
            }
            dialogue = DialogueReader.read(Files.readString(file, UTF_8));
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("boxcar: " + file + ":" + TerminalText.of("" + e.getMessage()));
            spec.commandLine().getErr().flush();
            return INVALID;
        }
        ReplayOptions options = ReplayOptions.DEFAULTS
                .withPacing(timed ? Pacing.AS_RECORDED : Pacing.AT_ONCE)
                .withTimeout(timeout);
        if (dialogue.usesTls()) {
            options = options.withTls(ClientTlsOptions.trustingAll(server.getHostString(), server.getPort()));
        }
        ReplayDifference difference = TranscriptReplay.play(dialogue, server, options);
        if (difference != null) {
            print(difference);
            return DIFFERENT;
        }
        return 0;
    }

    private void print(ReplayDifference difference) {
        String place = file + ":" + difference.line() + ": ";
        PrintWriter out = spec.commandLine().getOut();
        out.println(place + "expected " + TerminalText.of(difference.expected()));
        out.println(" ".repeat(place.length()) + "received " + TerminalText.of(difference.actual()));
        out.flush();
    }
}
