// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Checks whether links work. Messages are untrusted, so no link may make this machine connect to its own network. Each
 * host name is resolved once, the address is checked, and exactly that address is connected to. Redirects are checked
 * in the same way. Blocks; any thread.
 */
public final class LinkCheck {
    static final int MAX_LINKS = 100;
    private static final int MAX_REDIRECTS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** The time for all links of a message together. */
    private static final Duration MAX_DURATION = Duration.ofMinutes(1);

    private static final int MAX_HEADER_BYTES = 16 * 1024;

    private final Predicate<InetAddress> isAllowed;
    private final Duration maxDuration;

    /** A check that connects to public addresses only. */
    public LinkCheck() {
        this(LinkCheck::isPublic, MAX_DURATION);
    }

    /** A check that connects to all addresses, those of the server's own network included. */
    public static LinkCheck includingPrivateAddresses() {
        return new LinkCheck(address -> true, MAX_DURATION);
    }

    LinkCheck(Predicate<InetAddress> isAllowed, Duration maxDuration) {
        this.isAllowed = isAllowed;
        this.maxDuration = maxDuration;
    }

    /**
     * The result for one link.
     *
     * @param status the HTTP status; 0 if there was no response
     */
    public record Link(String url, int status, String reason) {
        /** Whether the link does not work. */
        public boolean isBroken() {
            return status < 200 || status >= 400;
        }
    }

    /** Checks the first {@value #MAX_LINKS} links. Reports links that it has not reached within a minute as such. */
    public List<Link> check(Collection<String> urls, boolean follow) {
        long deadline = System.nanoTime() + maxDuration.toNanos();
        var links = new ArrayList<Link>();
        for (String url : urls.stream().distinct().limit(MAX_LINKS).toList()) {
            boolean timedOut = System.nanoTime() - deadline >= 0;
            links.add(timedOut ? new Link(url, 0, "not checked: the check took too long") : check(url, follow));
        }
        return links;
    }

    private Link check(String url, boolean follow) {
        LinkTarget target = LinkTarget.of(url);
        try {
            for (int i = 0; ; i++) {
                if (target == null) {
                    return new Link(url, 0, i == 0 ? "invalid URL" : "redirected to an invalid URL");
                }
                Response response = head(target);
                boolean redirected =
                        response.status() / 100 == 3 && !response.location().isEmpty();
                if (!follow || !redirected) {
                    return new Link(url, response.status(), response.reason());
                }
                if (i == MAX_REDIRECTS) {
                    return new Link(url, 0, "too many redirects");
                }
                target = target.redirected(response.location());
            }
        } catch (IOException e) {
            return new Link(url, 0, String.valueOf(e.getMessage()));
        }
    }

    private record Response(int status, String reason, String location) {}

    private Response head(LinkTarget target) throws IOException {
        InetAddress address = InetAddress.getByName(target.host().replaceAll("[\\[\\]]", ""));
        if (!isAllowed.test(address)) {
            throw new IOException("not checked: private address");
        }
        try (Socket socket = connect(address, target)) {
            String request = "HEAD " + target.pathAndQuery() + " HTTP/1.1\r\nHost: " + target.hostField()
                    + "\r\nUser-Agent: Boxcar\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return read(socket);
        }
    }

    private static Socket connect(InetAddress address, LinkTarget target) throws IOException {
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(address, target.port()), (int) TIMEOUT.toMillis());
            plain.setSoTimeout((int) TIMEOUT.toMillis());
            if (!target.isSecure()) {
                return plain;
            }
            var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            var socket = (SSLSocket) factory.createSocket(plain, target.host(), target.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static Response read(Socket socket) throws IOException {
        var head = new StringBuilder();
        long end = System.nanoTime() + TIMEOUT.toNanos();
        var in = socket.getInputStream();
        for (int c = in.read(); c >= 0 && head.length() < MAX_HEADER_BYTES; c = in.read()) {
            head.append((char) c);
            if (System.nanoTime() - end > 0) {
                throw new IOException("too slow");
            }
            if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                break;
            }
        }
        List<String> lines = head.toString().lines().toList();
        if (lines.isEmpty() || !lines.get(0).matches("HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
            throw new IOException("not an HTTP response");
        }
        String location = lines.stream()
                .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
                .map(line -> line.substring(9).strip())
                .findFirst()
                .orElse("");
        String status = lines.get(0);
        return new Response(
                Integer.parseInt(status.substring(9, 12)), status.substring(12).strip(), location);
    }

    /** Whether an address is in the public internet (RFC 6890). */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] o = address.getAddress();
        if (address instanceof Inet6Address) {
            int first = o[0] & 0xFF;
            boolean mapped =
                    (first == 0 && o[1] == 0) || (first == 0x20 && o[1] == 0x02) || (first == 0 && o[1] == 0x64);
            boolean teredo = first == 0x20 && o[1] == 0x01 && o[2] == 0 && o[3] == 0;
            return (first & 0xE0) == 0x20 && !mapped && !teredo; // 2000::/3 without 6to4 and Teredo
        }
        int first = o[0] & 0xFF;
        int second = o[1] & 0xFF;
        return first != 0
                && first < 224
                && !(first == 100 && second >= 64 && second < 128)
                && !(first == 192 && second == 0 && (o[2] == 0 || o[2] == 2))
                && !(first == 198 && (second == 18 || second == 19 || (second == 51 && o[2] == 100)))
                && !(first == 203 && second == 0 && o[2] == 113);
    }
}
