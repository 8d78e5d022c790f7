// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.StsPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Fetches a policy by HTTPS (RFC 8461 §3.3): the certificate must be valid for {@code mta-sts.DOMAIN}, redirects are
 * not followed, and size and time are bounded. It is a client of its own because the one of the JDK asks the name
 * servers of the system, not those of the relay. Any thread that may block.
 */
public final class HttpsPolicyFetch implements StsPolicyFetch {
    /** RFC 8461 §3.3 suggests this size. */
    private static final int MAX_BODY = 64 * 1024;

    private static final int MAX_ADDRESSES = 3;

    private final NameService names;
    private final Callable<SSLContext> trust;
    private final int port;
    private final Duration timeout;

    /**
     * A fetch from servers at this port, usually 443.
     *
     * @param trust makes the context that trusts the authorities of policy servers; called at each fetch
     * @param timeout how long everything together may take
     */
    public HttpsPolicyFetch(NameService names, Callable<SSLContext> trust, int port, Duration timeout) {
        this.names = names;
        this.trust = trust;
        this.port = port;
        this.timeout = timeout;
    }

    @Override
    public StsPolicy fetch(String domain) throws IOException {
        String host = "mta-sts." + domain;
        var deadline = new Deadline(timeout);
        List<InetAddress> addresses = addresses(host, deadline);
        IOException last = null;
        for (InetAddress address : addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size()))) {
            try {
                return StsPolicyText.parse(get(host, new InetSocketAddress(address, port), deadline));
            } catch (InterruptedIOException | PolicyRefusedException e) {
                throw e;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last == null ? new IOException(host + " has no address") : last;
    }

    private List<InetAddress> addresses(String host, Deadline deadline) throws IOException {
        try {
            Answer<InetAddress> answer =
                    names.addresses(host).toCompletableFuture().get(deadline.leftMillis(), TimeUnit.MILLISECONDS);
            if (answer.values().isEmpty()) {
                throw new IOException(
                        host + " has no address" + (answer.reason().isEmpty() ? "" : ": " + answer.reason()));
            }
            return answer.values();
        } catch (TimeoutException e) {
            throw Deadline.isOver(e);
        } catch (ExecutionException e) {
            throw new IOException("cannot look up " + host, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private String get(String host, InetSocketAddress address, Deadline deadline) throws IOException {
        try (var plain = new Socket()) {
            plain.connect(address, deadline.leftMillis());
            // closes the connection of a server that sends a little from time to time
            Executor end = CompletableFuture.delayedExecutor(deadline.leftMillis(), TimeUnit.MILLISECONDS);
            var guard = CompletableFuture.runAsync(() -> close(plain), end);
            try (SSLSocket secure = secured(plain, host)) {
                String request = "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + host
                        + "\r\nUser-Agent: boxcar\r\nAccept: text/plain\r\nConnection: close\r\n\r\n";
                secure.getOutputStream().write(request.getBytes(US_ASCII));
                secure.getOutputStream().flush();
                HttpResponse response = HttpResponse.read(secure.getInputStream(), MAX_BODY);
                check(response);
                return new String(response.body(), UTF_8);
            } catch (IOException e) {
                if (deadline.leftMillis() <= 1) {
                    throw Deadline.isOver(e);
                }
                throw e;
            } finally {
                guard.cancel(false);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private SSLSocket secured(Socket plain, String host) throws IOException {
        SSLContext context;
        try {
            context = trust.call();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
        boolean closesPlain = true;
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, closesPlain);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** RFC 8461 §3.3: only 200 counts, and redirects are not followed. §3.2: the media type is text/plain. */
    private static void check(HttpResponse response) throws PolicyRefusedException {
        if (response.status() != 200) {
            throw new PolicyRefusedException("the policy server replied " + response.status());
        }
        String type = response.field("content-type").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("text/plain")) {
            throw new PolicyRefusedException("the policy is of the media type '" + type + "', not text/plain");
        }
    }

    /** The server has answered, but not with a policy: another address would say the same. */
    private static final class PolicyRefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        PolicyRefusedException(String message) {
            super(message);
        }
    }

    /** The end of the time for a fetch. */
    private static final class Deadline {
        private final long endNanos;

        Deadline(Duration time) {
            endNanos = System.nanoTime() + time.toNanos();
        }

        /** At least one, because 0 would stand for no limit. */
        int leftMillis() {
            return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
        }

        static InterruptedIOException isOver(Exception cause) {
            var over = new InterruptedIOException("the policy server did not answer in time");
            over.initCause(cause);
            return over;
        }
    }
}
