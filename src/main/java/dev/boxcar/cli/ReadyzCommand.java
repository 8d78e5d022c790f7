// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.web.outbound.HealthCheck;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar readyz}: asks a running sink whether it is ready, as a health check of a container does. */
@Command(
        name = "readyz",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar readyz [OPTION...]",
        header = "checks whether a running sink is ready",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "The address comes from the same variables as that of the sink, so a health check in the sink's container",
            "needs no options.",
            "",
            "Examples:",
            "  boxcar readyz                                      one attempt",
            "  boxcar readyz --wait 30s && run-tests              wait until the sink has started",
            "",
            "Exit status: 0 ready, 1 not ready, 2 invalid option."
        })
final class ReadyzCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8025",
            converter = ServerAddressConverter.class,
            description = "the web interface of the sink (default: ${DEFAULT-VALUE})")
    InetSocketAddress address;

    @Option(
            names = "--web-root",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "the URL path of the web interface (default: ${DEFAULT-VALUE})")
    String webRoot;

    @Option(
            names = "--http-tls-cert",
            paramLabel = "FILE",
            description = "use HTTPS; the certificate is not checked (default: none)")
    @Nullable
    Path certificate;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description = "how long to wait until the sink is ready; 0: one attempt (default: ${DEFAULT-VALUE})")
    Duration wait;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws InterruptedException {
        var check = new HealthCheck(
                address.getHostString(),
                address.getPort(),
                certificate == null ? HealthCheck.Scheme.HTTP : HealthCheck.Scheme.HTTPS,
                webRoot);
        String problem = check.await(wait);
        if (problem.isEmpty()) {
            return 0;
        }
        spec.commandLine().getErr().println("boxcar: " + check.url() + ": " + problem);
        spec.commandLine().getErr().flush();
        return ExitStatus.FAILED;
    }
}
