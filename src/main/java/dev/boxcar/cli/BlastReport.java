// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.smtp.client.blast.Blast;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/** Runs a load. Prints its progress for the user while it runs, and a JSON object for programs at the end. */
final class BlastReport {
    /** Latencies are recorded with three digits, up to an hour. */
    private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final int DIGITS = 3;
    private static final int NANOS_PER_MICRO = 1000;
    private static final long SECOND_MILLIS = 1000;

    private final InetSocketAddress server;
    private final BlastPlan plan;
    private final PrintWriter out;
    private final PrintWriter err;
    private final List<Histogram> latencies = new ArrayList<>();

    BlastReport(InetSocketAddress server, BlastPlan plan, PrintWriter out, PrintWriter err) {
        this.server = server;
        this.plan = plan;
        this.out = out;
        this.err = err;
    }

    /** Runs the load and returns the exit status. */
    int run() throws IOException, InterruptedException {
        var blast = new Blast(server, plan, this::recorder);
        var clock = new Timer("progress", true);
        clock.scheduleAtFixedRate(new ProgressLine(blast), SECOND_MILLIS, SECOND_MILLIS);
        Blast.Result result = blast.run();
        clock.cancel();
        if (result.errors() > 0) {
            err.println("boxcar: " + result.errors() + " errors, the first: " + TerminalText.of(result.firstError()));
            err.flush();
        }
        out.println(json(result));
        out.flush();
        return result.errors() == 0 ? 0 : ExitStatus.FAILED;
    }

    private LongConsumer recorder() {
        var histogram = new Histogram(MAX_NANOS, DIGITS);
        latencies.add(histogram);
        return nanos -> histogram.recordValue(Math.min(nanos, MAX_NANOS));
    }

    private String json(Blast.Result result) throws IOException {
        var all = new Histogram(MAX_NANOS, DIGITS);
        latencies.forEach(all::add);
        var text = new StringWriter();
        try (JsonGenerator json = JsonOutput.to(text)) {
            json.writeStartObject();
            json.writeNumberField("messages", result.messages());
            json.writeNumberField("seconds", Math.round(result.seconds() * 1e6) / 1e6);
            json.writeNumberField("rate", Math.round(result.rate() * 10) / 10.0);
            json.writeNumberField("errors", result.errors());
            json.writeNumberField("octets", result.bytes());
            json.writeObjectFieldStart("latency_us");
            json.writeNumberField("p50", all.getValueAtPercentile(50) / NANOS_PER_MICRO);
            json.writeNumberField("p99", all.getValueAtPercentile(99) / NANOS_PER_MICRO);
            json.writeNumberField("p99.9", all.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
            json.writeNumberField("max", all.getMaxValue() / NANOS_PER_MICRO);
            json.writeEndObject();
            json.writeNumberField("connections", plan.connections());
            json.writeNumberField("rcpts", plan.recipients());
            json.writeNumberField("size", plan.bytes());
            json.writeStringField("mode", plan.mode().name().toLowerCase(Locale.ROOT));
            if (!result.firstError().isEmpty()) {
                json.writeStringField("first_error", result.firstError());
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Prints one line per second. Confined to the timer thread. */
    private final class ProgressLine extends TimerTask {
        private final Blast blast;
        private int seconds;
        private long before;

        ProgressLine(Blast blast) {
            this.blast = blast;
        }

        @Override
        public void run() {
            long messages = blast.messages();
            seconds++;
            err.println(seconds + " s: " + messages + " messages, " + (messages - before) + " in the last second, "
                    + blast.errors() + " errors");
            err.flush();
            before = messages;
        }
    }
}
