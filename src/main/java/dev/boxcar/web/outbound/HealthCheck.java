// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import dev.boxcar.tls.ClientTrust;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;

/**
 * Asks a sink whether it is ready. Any certificate is accepted, because the check asks for nothing but a status.
 * Blocks; any thread.
 */
public final class HealthCheck {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long INTERVAL_MILLIS = 100;

    /** How the sink is asked. */
    public enum Scheme {
        HTTP,
        HTTPS
    }

    private final URI url;

    /** A check of the sink at this address. An address that means all of this machine stands for the machine itself. */
    public HealthCheck(String host, int port, Scheme scheme, String webRoot) {
        String name = List.of("0.0.0.0", "::").contains(host) ? "localhost" : host;
        String root = webRoot.replaceAll("^/*|/*$", "");
        String path = (root.isEmpty() ? "" : "/" + root) + "/readyz";
        try {
            url = new URI(scheme.name().toLowerCase(Locale.ROOT), null, name, port, path, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("invalid address " + host, e);
        }
    }

    /** The address that is asked. */
    public URI url() {
        return url;
    }

    /** Asks until the sink is ready, for at most this long; at least once. Returns the problem, or an empty text. */
    public String await(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        String problem = problem();
        while (!problem.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            problem = problem();
        }
        return problem;
    }

    private String problem() {
        try {
            URL target = url.toURL();
            var connection = (HttpURLConnection) target.openConnection(java.net.Proxy.NO_PROXY);
            if (connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(ClientTrust.any().getSocketFactory());
                secure.setHostnameVerifier((name, session) -> true);
            }
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            try {
                int status = connection.getResponseCode();
                return status == 200 ? "" : "status " + status;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
