// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.blast.Blast;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One load, as a row of the tables.
 *
 * @param name the name by which the row is selected
 * @param title the row's title in the table
 * @param plan the load, without its duration and TLS settings
 * @param inTls whether the load uses STARTTLS
 */
record Row(String name, String title, BlastPlan plan, boolean inTls) {
    private static final int LARGE = 10 * 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static Row of(String name, String title, PipeliningMode mode, int connections) {
        return new Row(name, title, BlastPlan.DEFAULTS.withMode(mode).withConnections(connections), false);
    }

    /** A row that is in no table. */
    static Row of(BlastPlan plan) {
        return new Row("", "", plan, false);
    }

    private Row with(UnaryOperator<BlastPlan> change) {
        return new Row(name, title, change.apply(plan), inTls);
    }

    private Row withStartTls() {
        return new Row(name, title, plan, true);
    }

    /** All rows, in the order of the tables. */
    static List<Row> all() {
        var rows = new ArrayList<Row>();
        for (int connections : new int[] {1, 20, 200}) {
            String of = connections == 1 ? ", 1 connection" : ", " + connections + " connections";
            rows.add(of("lockstep-" + connections, "lock-step" + of, PipeliningMode.LOCKSTEP, connections));
            rows.add(of("pipelined-" + connections, "pipelined" + of, PipeliningMode.PIPELINED, connections));
            rows.add(of("train-" + connections, "train" + of, PipeliningMode.TRAIN, connections));
            rows.add(of("bdat-" + connections, "BDAT" + of, PipeliningMode.BDAT, connections));
        }
        rows.add(of("rcpts", "pipelined, 20 connections, 100 recipients", PipeliningMode.PIPELINED, 20)
                .with(plan -> plan.withRecipients(100)));
        rows.add(of("large", "pipelined, 4 connections, 10 MiB", PipeliningMode.PIPELINED, 4)
                .with(plan -> plan.withBytes(LARGE)));
        String reconnecting = "lock-step, 20 connections, a new one for each message";
        rows.add(of("reconnect", reconnecting, PipeliningMode.LOCKSTEP, 20).with(plan -> plan.withReconnect(true)));
        rows.add(of("tls", "lock-step, 20 connections, inside TLS", PipeliningMode.LOCKSTEP, 20)
                .withStartTls());
        String reconnectingInTls = "lock-step, 20 connections, inside TLS, a new one for each message";
        rows.add(of("tls-reconnect", reconnectingInTls, PipeliningMode.LOCKSTEP, 20)
                .withStartTls()
                .with(plan -> plan.withReconnect(true)));
        return rows;
    }

    /** Runs the load for {@code time}, after a warm-up that does not count. */
    Blast.Result run(InetSocketAddress server, Duration warmup, Duration time)
            throws IOException, InterruptedException {
        return run(server, warmup, time, () -> nanos -> {});
    }

    /** The same. {@code latencies} creates, for each thread, the consumer of its messages' latencies in nanoseconds. */
    Blast.Result run(InetSocketAddress server, Duration warmup, Duration time, Supplier<LongConsumer> latencies)
            throws IOException, InterruptedException {
        BlastPlan load = plan.withMessages(BlastPlan.UNLIMITED)
                .withWarmup(warmup)
                .withTime(time)
                .withTimeout(TIMEOUT);
        BlastPlan whole = inTls ? load.withTls(TlsMode.STARTTLS, anyCertificate(server)) : load;
        return new Blast(server, whole, latencies).run();
    }

    int connections() {
        return plan.connections();
    }

    int bytes() {
        return plan.bytes();
    }

    /** TLS that accepts every certificate. */
    private static TlsSettings anyCertificate(InetSocketAddress server) throws IOException {
        var all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {all}, new SecureRandom());
            return TlsSettings.client(context, server.getHostString(), server.getPort())
                    .withoutHostVerification();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
