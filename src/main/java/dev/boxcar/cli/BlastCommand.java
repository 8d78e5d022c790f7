// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.option.ClientTlsOptions;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.PipeliningModeConverter;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code boxcar blast}: a load generator. */
@Command(
        name = "blast",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar blast [OPTION...] HOST:PORT",
        header = "sends many messages over many connections and reports the rate",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Every reply is checked. An unexpected or missing reply counts as an error; its connection is closed and",
            "replaced by a new one. Standard error gets one line per second. The last line of standard output is one",
            "JSON object (wrapped here):",
            "",
            "  {\"messages\":10000,\"seconds\":1.25,\"rate\":8000.0,\"errors\":0,\"octets\":10240000,",
            "   \"latency_us\":{\"p50\":2200,\"p99\":4100,\"p99.9\":9800,\"max\":14000},",
            "   \"connections\":20,\"rcpts\":1,\"size\":1024,\"mode\":\"train\"}",
            "",
            "Latency is the time from the first byte of MAIL to the reply to the end of the message, in",
            "microseconds.",
            "",
            "Exit status: 0 no errors, 1 errors, 2 invalid option."
        })
final class BlastCommand implements Callable<Integer> {
    private static final int DEFAULT_MESSAGES = 10_000;

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "HOST:PORT",
            converter = ServerAddressConverter.class,
            description = "the server, such as localhost:1025")
    InetSocketAddress server;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "20",
            converter = CountConverter.class,
            description = "number of connections (default: ${DEFAULT-VALUE})")
    int connections;

    @Option(
            names = "--messages",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "number of messages (default: " + DEFAULT_MESSAGES + "; with --seconds, no limit)")
    @Nullable
    Integer messages;

    @Option(
            names = "--rcpts",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "recipients per message (default: ${DEFAULT-VALUE})")
    int rcpts;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1KiB",
            converter = SizeConverter.class,
            description = "size of each message (default: ${DEFAULT-VALUE})")
    long size;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "pipelined",
            converter = PipeliningModeConverter.class,
            description = "lockstep, pipelined, train or bdat, whatever the server offers (default: ${DEFAULT-VALUE})")
    PipeliningMode mode;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "in mode bdat, unanswered messages per connection (default: ${DEFAULT-VALUE})")
    int depth;

    @Option(names = "--reconnect", description = "use a new connection for every message")
    boolean reconnect;

    @Mixin
    ClientTlsOptions tls;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "how long to send, in addition to the warm-up (default: until all messages are sent)")
    @Nullable
    Integer seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "seconds of sending that are not measured (default: none)")
    @Nullable
    Integer warmup;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long a reply may take (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "number of event loops; each is a thread (default: ${DEFAULT-VALUE})")
    int loops;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var address = new InetSocketAddress(server.getHostString(), server.getPort()); // resolved once
        if (address.isUnresolved()) {
            throw new IOException(server.getHostString() + ": unknown host");
        }
        if (size > Integer.MAX_VALUE / 4) {
            throw new IOException("--size: too large, because the message is kept in memory");
        }
        long count = messages != null ? messages : seconds != null ? BlastPlan.UNLIMITED : DEFAULT_MESSAGES;
        TlsMode tlsMode = tls.mode(server);
        BlastPlan plan = BlastPlan.DEFAULTS
                .withConnections(connections)
                .withMessages(count)
                .withRecipients(rcpts)
                .withBytes((int) size)
                .withMode(mode)
                .withDepth(depth)
                .withReconnect(reconnect)
                .withWarmup(seconds(warmup))
                .withTime(seconds(seconds))
                .withTimeout(timeout)
                .withLoops(loops)
                .withTls(tlsMode, tlsMode == TlsMode.NONE ? null : tls.settings(server));
        return new BlastReport(
                        address,
                        plan,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run();
    }

    private static Duration seconds(@Nullable Integer number) {
        return number == null ? Duration.ZERO : Duration.ofSeconds(number);
    }
}
