// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
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

/** {@code boxcar blast}: the load generator. */
@Command(
        name = "blast",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar blast [OPTION...] HOST:PORT",
        header = "sends many messages over many connections, and says how fast they were taken",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Every answer is looked at: a wrong or missing one is an error, is counted, and costs its connection, which another replaces.",
            "While it goes on, a line a second on standard error. The last line on standard output is one JSON object (here in three):",
            "",
            "  {\"messages\":10000,\"seconds\":1.25,\"rate\":8000.0,\"errors\":0,\"octets\":10240000,",
            "   \"latency_us\":{\"p50\":2200,\"p99\":4100,\"p99.9\":9800,\"max\":14000},",
            "   \"connections\":20,\"rcpts\":1,\"size\":1024,\"mode\":\"train\"}",
            "",
            "Latency is from the first octet of a message's MAIL to the answer to its end, in microseconds.",
            "",
            "Exit status: 0 no errors, 1 errors, 2 wrong option."
        })
final class BlastCommand implements Callable<Integer> {
    private static final int MESSAGES = 10_000;

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "HOST:PORT",
            converter = ServerAddress.class,
            description = "the server, such as localhost:1025")
    InetSocketAddress server;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "20",
            converter = Count.class,
            description = "how many at a time (default: ${DEFAULT-VALUE})")
    int connections;

    @Option(
            names = "--messages",
            paramLabel = "N",
            converter = Count.class,
            description = "how many in all (default: " + MESSAGES + "; with --seconds, as many as it takes)")
    @Nullable
    Integer messages;

    @Option(
            names = "--rcpts",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.class,
            description = "recipients of each message (default: ${DEFAULT-VALUE})")
    int rcpts;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1KiB",
            converter = SizeConverter.class,
            description = "octets of each message (default: ${DEFAULT-VALUE})")
    long size;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "pipelined",
            converter = ModeName.class,
            description = "lockstep, pipelined, train or bdat, whatever the server offers (default: ${DEFAULT-VALUE})")
    PipeliningMode mode;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.class,
            description = "in mode bdat, messages on their way on each connection (default: ${DEFAULT-VALUE})")
    int depth;

    @Option(names = "--reconnect", description = "a new connection for every message")
    boolean reconnect;

    @Mixin
    ClientTls tls;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            converter = Count.class,
            description = "how long is sent, beside the warm-up (default: until all messages are)")
    @Nullable
    Integer seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            converter = Count.class,
            description = "seconds of sending before anything counts (default: none)")
    @Nullable
    Integer warmup;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long an answer may take (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = "--loops",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.class,
            description = "event loops, each a thread (default: ${DEFAULT-VALUE})")
    int loops;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var address = new InetSocketAddress(server.getHostString(), server.getPort()); // looked up once
        if (address.isUnresolved()) {
            throw new IOException(server.getHostString() + ": no such host");
        }
        if (size > Integer.MAX_VALUE / 4) {
            throw new IOException("--size: a load keeps its message in memory, and that is too much");
        }
        long count = messages != null ? messages : seconds != null ? BlastPlan.UNLIMITED : MESSAGES;
        TlsMode tlsMode = tls.security(server);
        BlastPlan plan = BlastPlan.DEFAULTS
                .withConnections(connections)
                .withMessages(count)
                .withRecipients(rcpts)
                .withBytes((int) size)
                .withMode(mode)
                .withDepth(depth)
                .withReconnect(reconnect)
                .withWarmup(secondsOf(warmup))
                .withTime(secondsOf(seconds))
                .withTimeout(timeout)
                .withLoops(loops)
                .withTls(tlsMode, tlsMode == TlsMode.NONE ? null : tls.how(server));
        return new BlastReport(
                        address,
                        plan,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run();
    }

    private static Duration secondsOf(@Nullable Integer number) {
        return number == null ? Duration.ZERO : Duration.ofSeconds(number);
    }
}
