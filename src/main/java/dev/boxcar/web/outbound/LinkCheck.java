// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Looks whether links lead somewhere. A mail is written by strangers: so no link makes this machine speak to an address
 * of its own network. The address is looked up once, judged, and that very one is connected to; each redirection is
 * judged anew. Blocks; any thread.
 */
public final class LinkCheck {
    static final int MOST_LINKS = 100;
    private static final int MOST_REDIRECTIONS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** For all links of a message together. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int MOST_HEAD_BYTES = 16 * 1024;

    private final Predicate<InetAddress> reachable;
    private final Duration longest;

    /** A check that reaches public addresses alone. */
    public LinkCheck() {
        this(LinkCheck::isPublic, LONGEST);
    }

    LinkCheck(Predicate<InetAddress> reachable, Duration longest) {
        this.reachable = reachable;
        this.longest = longest;
    }

    /**
     * What was found.
     *
     * @param status the HTTP status; 0 where there was no answer
     */
    public record Link(String url, int status, String reason) {
        /** Whether the link leads nowhere. */
        public boolean isBroken() {
            return status < 200 || status >= 400;
        }
    }

    /**
     * Looks at each link, the first {@value #MOST_LINKS} of them; those that a minute does not suffice for are listed
     * as not visited.
     */
    public List<Link> check(Collection<String> urls, boolean follow) {
        long deadline = System.nanoTime() + longest.toNanos();
        var links = new ArrayList<Link>();
        for (String url : urls.stream().distinct().limit(MOST_LINKS).toList()) {
            boolean late = System.nanoTime() - deadline >= 0;
            links.add(late ? new Link(url, 0, "not visited: the check took too long") : check(url, follow));
        }
        return links;
    }

    private Link check(String url, boolean follow) {
        try {
            URI target = new URI(url);
            for (int i = 0; ; i++) {
                Answer answer = ask(target);
                boolean redirects =
                        answer.status() / 100 == 3 && !answer.location().isEmpty();
                if (!follow || !redirects) {
                    return new Link(url, answer.status(), answer.reason());
                }
                if (i == MOST_REDIRECTIONS) {
                    return new Link(url, 0, "too many redirections");
                }
                target = target.resolve(answer.location());
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            return new Link(url, 0, "malformed");
        } catch (IOException e) {
            return new Link(url, 0, String.valueOf(e.getMessage()));
        }
    }

    private record Answer(int status, String reason, String location) {}

    private Answer ask(URI target) throws IOException {
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if ((!secure && !scheme.equals("http")) || target.getHost() == null) {
            throw new IOException("not a web address");
        }
        int port = target.getPort() >= 0 ? target.getPort() : secure ? 443 : 80;
        InetAddress address = InetAddress.getByName(target.getHost().replaceAll("[\\[\\]]", ""));
        if (!reachable.test(address)) {
            throw new IOException("private address: not visited");
        }
        try (Socket socket = connect(address, port, secure, target.getHost())) {
            String path = target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
            String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
            socket.getOutputStream()
                    .write(("HEAD " + path + query + " HTTP/1.1\r\nHost: " + target.getRawAuthority()
                                    + "\r\nUser-Agent: Boxcar\r\nConnection: close\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return read(socket);
        }
    }

    private static Socket connect(InetAddress address, int port, boolean secure, String host) throws IOException {
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
            plain.setSoTimeout((int) PATIENCE.toMillis());
            if (!secure) {
                return plain;
            }
            var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            var socket = (SSLSocket) factory.createSocket(plain, host, port, true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static Answer read(Socket socket) throws IOException {
        var head = new StringBuilder();
        long end = System.nanoTime() + PATIENCE.toNanos();
        var in = socket.getInputStream();
        for (int c = in.read(); c >= 0 && head.length() < MOST_HEAD_BYTES; c = in.read()) {
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
            throw new IOException("no HTTP answer");
        }
        String location = lines.stream()
                .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
                .map(line -> line.substring(9).strip())
                .findFirst()
                .orElse("");
        String status = lines.get(0);
        return new Answer(
                Integer.parseInt(status.substring(9, 12)), status.substring(12).strip(), location);
    }

    /** Whether an address is one of the public network (RFC 6890). */
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
            return (first & 0xE0) == 0x20 && !mapped && !teredo; // 2000::/3 less 6to4 and Teredo
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
