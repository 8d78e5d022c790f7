// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.https;

import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
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
 * Sends single HTTPS requests: the certificate must be trusted and have the server's name, redirects are not followed,
 * and size and time are bounded. It is a client of its own because the one of the JDK asks the name servers of the
 * system, not those of the relay. Any thread that may block.
 */
public final class HttpsClient {
    private static final int MAX_ADDRESSES = 3;

    private final NameService names;
    private final Callable<SSLContext> trust;
    private final Duration timeout;

    /**
     * A client.
     *
     * @param trust makes the context that trusts the authorities of servers; called at each request
     * @param timeout how long everything together may take
     */
    public HttpsClient(NameService names, Callable<SSLContext> trust, Duration timeout) {
        this.names = names;
        this.trust = trust;
        this.timeout = timeout;
    }

    /**
     * Sends a request to the first address of a host that can be reached, and returns the response.
     *
     * @param request with its header, which must say {@code Connection: close}
     * @param maxBody the largest body of a response
     */
    public HttpResponse exchange(String host, int port, byte[] request, int maxBody) throws IOException {
        var deadline = new Deadline(timeout);
        List<InetAddress> addresses = addresses(host, deadline);
        IOException last = null;
        int untried = Math.min(MAX_ADDRESSES, addresses.size());
        for (InetAddress address : addresses.subList(0, untried)) {
            // an address that does not answer leaves time for the others
            var part = new Deadline(Duration.ofMillis(deadline.leftMillis() / untried));
            untried--;
            try {
                return exchange(host, new InetSocketAddress(address, port), request, maxBody, part);
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

    private HttpResponse exchange(
            String host, InetSocketAddress address, byte[] request, int maxBody, Deadline deadline) throws IOException {
        try (var plain = new Socket()) {
            plain.connect(address, deadline.leftMillis());
            // closes the connection of a server that sends a little from time to time
            Executor end = CompletableFuture.delayedExecutor(deadline.leftMillis(), TimeUnit.MILLISECONDS);
            var guard = CompletableFuture.runAsync(() -> close(plain), end);
            try (SSLSocket secure = secured(plain, host, address.getPort())) {
                secure.getOutputStream().write(request);
                secure.getOutputStream().flush();
                return HttpResponse.read(secure.getInputStream(), maxBody);
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

    private SSLSocket secured(Socket plain, String host, int port) throws IOException {
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

    /** The end of the time for a request. */
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
            var over = new InterruptedIOException("the server did not answer in time");
            over.initCause(cause);
            return over;
        }
    }
}
