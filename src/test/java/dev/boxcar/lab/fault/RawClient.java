// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client that sends exactly what it is told, and keeps the reads in which the replies came. One thread. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    /** How a connection has ended. */
    enum End {
        FIN,
        RST
    }

    private Socket socket = new Socket();
    private final byte[] buffer = new byte[64 * 1024];
    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private final List<Integer> reads = new ArrayList<>();
    private End end = End.FIN;
    private boolean ended;

    RawClient(InetSocketAddress server) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
        } catch (SocketException e) { // the server has reset the connection already
            end = End.RST;
            ended = true;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends lines in one write. */
    void send(String... lines) throws IOException {
        sendRaw(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends the text in one write. */
    void sendRaw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    /** Sends a command and returns its reply. */
    String ask(String command) throws IOException {
        send(command);
        return replies(1).get(0);
    }

    /** Sends a command and returns the milliseconds until its reply. */
    long millisOf(String command) throws IOException {
        long start = System.nanoTime();
        ask(command);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** A transaction in lock-step up to the 354; returns the replies. */
    List<String> transaction(int recipients) throws IOException {
        var replies = new ArrayList<String>();
        replies.add(ask("MAIL FROM:<a@client.example>"));
        for (int i = 1; i <= recipients; i++) {
            replies.add(ask("RCPT TO:<u" + i + "@example.com>"));
        }
        replies.add(ask("DATA"));
        return replies;
    }

    /** Sends a message and returns the last reply. */
    String message(String content) throws IOException {
        transaction(1);
        sendRaw(content + "\r\n.\r\n");
        return replies(1).get(0);
    }

    /** Reads this number of replies; the lines of one are joined by LF. */
    List<String> replies(int number) throws IOException {
        var replies = new ArrayList<String>();
        var reply = new StringBuilder();
        while (replies.size() < number) {
            String line = line();
            reply.append(reply.length() == 0 ? "" : "\n").append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                replies.add(reply.toString());
                reply.setLength(0);
            }
        }
        return replies;
    }

    private String line() throws IOException {
        while (true) {
            byte[] bytes = unread.toByteArray();
            for (int i = 0; i + 1 < bytes.length; i++) {
                if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                    unread.reset();
                    unread.write(bytes, i + 2, bytes.length - i - 2);
                    return new String(bytes, 0, i, UTF_8);
                }
            }
            if (!read()) {
                throw new IOException("the connection ended after \"" + unread.toString(UTF_8) + '"');
            }
        }
    }

    private boolean read() throws IOException {
        try {
            int bytes = socket.getInputStream().read(buffer);
            if (bytes < 0) {
                ended = true;
                return false;
            }
            reads.add(bytes);
            unread.writeBytes(Arrays.copyOf(buffer, bytes));
            return true;
        } catch (SocketException e) {
            end = End.RST;
            ended = true;
            return false;
        }
    }

    /** Starts TLS, in which the client trusts everybody; returns the server's certificate. */
    X509Certificate handshake() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustingManager()}, null);
        var secure = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), false);
        secure.startHandshake();
        socket = secure;
        return (X509Certificate) secure.getSession().getPeerCertificates()[0];
    }

    private static final class TrustingManager extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket on) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket on) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine on) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine on) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Reads until the connection ends; returns what came. */
    String rest() throws IOException {
        while (!ended && read()) {
            // until the end
        }
        return unread.toString(UTF_8);
    }

    /** How the connection has ended, after {@link #rest}. */
    End end() {
        return end;
    }

    /** The sizes of the reads since the last call. */
    List<Integer> takeReads() {
        List<Integer> taken = List.copyOf(reads);
        reads.clear();
        return taken;
    }

    /** The number of bytes that have come and were not read. */
    int available() throws IOException {
        return socket.getInputStream().available() + unread.size();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
