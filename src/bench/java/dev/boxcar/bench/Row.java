// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.blast.Blast;
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
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One load, as a row of the tables.
 *
 * @param name what it is chosen by
 * @param title what the table says
 */
record Row(
        String name,
        String title,
        PipeliningMode mode,
        int connections,
        int recipients,
        int bytes,
        boolean reconnect,
        TlsMode security) {
    private static final int SMALL = 1024;
    private static final int LARGE = 10 * 1024 * 1024;

    private static Row of(String name, String title, PipeliningMode mode, int connections) {
        return new Row(name, title, mode, connections, 1, SMALL, false, TlsMode.NONE);
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
        rows.add(new Row(
                "rcpts",
                "pipelined, 20 connections, 100 recipients",
                PipeliningMode.PIPELINED,
                20,
                100,
                SMALL,
                false,
                TlsMode.NONE));
        rows.add(new Row(
                "large",
                "pipelined, 4 connections, 10 MiB",
                PipeliningMode.PIPELINED,
                4,
                1,
                LARGE,
                false,
                TlsMode.NONE));
        rows.add(new Row(
                "reconnect",
                "lock-step, 20 connections, a new one for each message",
                PipeliningMode.LOCKSTEP,
                20,
                1,
                SMALL,
                true,
                TlsMode.NONE));
        rows.add(new Row(
                "tls",
                "lock-step, 20 connections, inside TLS",
                PipeliningMode.LOCKSTEP,
                20,
                1,
                SMALL,
                false,
                TlsMode.STARTTLS));
        rows.add(new Row(
                "tls-reconnect",
                "lock-step, 20 connections, inside TLS, a new one for each message",
                PipeliningMode.LOCKSTEP,
                20,
                1,
                SMALL,
                true,
                TlsMode.STARTTLS));
        return rows;
    }

    boolean isInTls() {
        return security != TlsMode.NONE;
    }

    /** Loads the server for so long, after so long that does not count. */
    Blast.Result run(InetSocketAddress server, Duration warmup, Duration time)
            throws IOException, InterruptedException {
        return run(server, warmup, time, () -> nanos -> {});
    }

    /**
     * The same; each thread tells its own of these how many nanoseconds lay between a message's last byte and its
     * answer.
     */
    Blast.Result run(InetSocketAddress server, Duration warmup, Duration time, Supplier<LongConsumer> latencies)
            throws IOException, InterruptedException {
        var plan = new Blast.Plan(
                server,
                connections,
                Long.MAX_VALUE / 2,
                recipients,
                bytes,
                mode,
                1,
                reconnect,
                warmup,
                time,
                Duration.ofSeconds(20),
                1,
                security,
                isInTls() ? anyCertificate(server) : null);
        return new Blast(plan, latencies).run();
    }

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
