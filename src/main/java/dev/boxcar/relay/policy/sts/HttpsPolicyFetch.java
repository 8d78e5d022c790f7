// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.policy.https.HttpResponse;
import dev.boxcar.relay.policy.https.HttpsClient;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.route.StsPolicy;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * Fetches a policy by HTTPS (RFC 8461 §3.3): the certificate must be valid for {@code mta-sts.DOMAIN}, redirects are
 * not followed, and size and time are bounded. Any thread that may block.
 */
public final class HttpsPolicyFetch implements StsPolicyFetch {
    /** RFC 8461 §3.3 suggests this size. */
    private static final int MAX_BODY = 64 * 1024;

    private final HttpsClient client;
    private final int port;

    /**
     * A fetch from servers at this port, usually 443.
     *
     * @param client with the authorities of policy servers
     */
    public HttpsPolicyFetch(HttpsClient client, int port) {
        this.client = client;
        this.port = port;
    }

    @Override
    public StsPolicy fetch(String domain) throws IOException {
        String host = "mta-sts." + domain;
        String request = "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: boxcar\r\nAccept: text/plain\r\nConnection: close\r\n\r\n";
        HttpResponse response;
        try {
            response = client.exchange(host, port, request.getBytes(US_ASCII), MAX_BODY);
        } catch (SSLException e) {
            throw new StsFetchException(TlsFailureType.STS_WEBPKI_INVALID, String.valueOf(e.getMessage()), e);
        }
        check(response);
        try {
            return StsPolicyText.parse(new String(response.body(), UTF_8));
        } catch (IOException e) {
            throw new StsFetchException(TlsFailureType.STS_POLICY_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /** RFC 8461 §3.3: only 200 counts, and redirects are not followed. §3.2: the media type is text/plain. */
    private static void check(HttpResponse response) throws StsFetchException {
        if (response.status() != 200) {
            throw new StsFetchException(
                    TlsFailureType.STS_POLICY_FETCH_ERROR, "the policy server replied " + response.status());
        }
        String type = response.field("content-type").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("text/plain")) {
            throw new StsFetchException(
                    TlsFailureType.STS_POLICY_INVALID,
                    "the policy is of the media type '" + type + "', not text/plain");
        }
    }
}
