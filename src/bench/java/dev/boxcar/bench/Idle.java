// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Measures the cost of an idle session: heap after full collections, resident memory before them, and CPU time while
 * idle. Only for Boxcar, because it uses jcmd.
 */
final class Idle {
    private static final int SESSIONS = 10_000;
    /** Fewer, because each handshake takes milliseconds on two cores. */
    private static final int SESSIONS_IN_TLS = 2_000;
    /** Sessions before the measurement, so that everything created only once exists. */
    private static final int EARLIER_SESSIONS = 300;

    private static final int SILENCE_SECONDS = 5;
    private static final Pattern USED = Pattern.compile("(?m)^.*(?:heap|generation|space).*used (\\d+)K");

    private enum Stage {
        NOTHING,
        EHLO,
        TLS
    }

    private Idle() {}

    public static void main(String[] arguments) throws Exception {
        ServerProcess.pinClient();
        System.out.println("| session | number | heap, bytes each | resident, bytes each | CPU ms in " + SILENCE_SECONDS
                + " s of silence |");
        System.out.println("| --- | --- | --- | --- | --- |");
        List<Peer> peers = Peer.all(Path.of("target/bench/node_modules"));
        measure(named(peers, "boxcar-memory"), Stage.NOTHING, "greeted", SESSIONS);
        measure(named(peers, "boxcar-memory"), Stage.EHLO, "after EHLO", SESSIONS);
        measure(named(peers, "boxcar-inbox"), Stage.EHLO, "after EHLO, page and recording on", SESSIONS);
        measure(named(peers, "boxcar-tls"), Stage.TLS, "inside TLS", SESSIONS_IN_TLS);
    }

    private static Peer named(List<Peer> peers, String name) {
        return peers.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void measure(Peer peer, Stage stage, String title, int number) throws Exception {
        SSLContext tls = trusting();
        try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
            for (int i = 0; i < EARLIER_SESSIONS; i++) {
                open(server, stage, tls).close();
            }
            long heap = heapBytes(server);
            long resident = server.residentKibibytes();
            var sessions = new ArrayList<Closeable>();
            for (int i = 0; i < number; i++) {
                sessions.add(open(server, stage, tls));
            }
            resident = server.residentKibibytes() - resident;
            heap = heapBytes(server) - heap;
            double cpu = server.cpuSeconds();
            Thread.sleep(SILENCE_SECONDS * 1000L);
            cpu = server.cpuSeconds() - cpu;
            System.out.println(Figures.row(List.of(
                    title,
                    Integer.toString(number),
                    Long.toString(heap / number),
                    Long.toString(resident * 1024 / number),
                    Figures.text(1000 * cpu))));
            for (Closeable session : sessions) {
                session.close();
            }
        }
    }

    // ---- sessions
    // ------------------------------------------------------------------------------------------------------------

    private static Closeable open(ServerProcess server, Stage stage, SSLContext tls) throws IOException {
        var socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        answer(socket.getInputStream());
        if (stage == Stage.NOTHING) {
            return socket;
        }
        say(socket, "EHLO idle.example");
        if (stage == Stage.EHLO) {
            return socket;
        }
        say(socket, "STARTTLS");
        Socket secure = tls.getSocketFactory()
                .createSocket(socket, InetAddress.getLoopbackAddress().getHostName(), socket.getPort(), true);
        say(secure, "EHLO idle.example");
        return secure;
    }

    private static void say(Socket socket, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        answer(socket.getInputStream());
    }

    /** Reads a reply to the end of its last line. */
    static void answer(InputStream in) throws IOException {
        for (boolean last = false; !last; ) {
            int column = 0;
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("the server closed the connection");
                }
                last |= column++ == 3 && b != '-';
            }
        }
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        var anybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {
                // this client trusts the server that it has started
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                // this client trusts the server that it has started
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {anybody}, null);
        return context;
    }

    // ---- the heap
    // ------------------------------------------------------------------------------------------------------------

    /** The used heap after two full collections. */
    private static long heapBytes(ServerProcess server) throws IOException, InterruptedException {
        jcmd(server, "GC.run");
        jcmd(server, "GC.run");
        Matcher used = USED.matcher(jcmd(server, "GC.heap_info"));
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        return kibibytes * 1024;
    }

    private static String jcmd(ServerProcess server, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + " failed: " + out);
        }
        return out;
    }
}
