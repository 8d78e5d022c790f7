// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.tls.ClientTrust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why TLS to a broker fails. The client of Artemis says only that it cannot connect, so this makes a
 * handshake with the same trust and the same verification of the name, and ends the connection. Any thread; blocks.
 */
final class TlsDiagnosis {
    private TlsDiagnosis() {}

    /** Why TLS fails, in one line; null if it does not, or if the broker cannot be reached. */
    static @Nullable String failure(String host, int port, SharedQueueSettings.Tls tls, int timeoutMillis) {
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), timeoutMillis);
            plain.setSoTimeout(timeoutMillis);
            shakeHands(plain, host, port, tls);
            return null;
        } catch (SSLException e) {
            return TlsFailure.of(e).getMessage();
        } catch (IOException e) {
            return null;
        }
    }

    private static void shakeHands(Socket plain, String host, int port, SharedQueueSettings.Tls tls)
            throws IOException {
        boolean closesPlain = true;
        var factory = ClientTrust.of(tls.authorities()).getSocketFactory();
        try (var secure = (SSLSocket) factory.createSocket(plain, host, port, closesPlain)) {
            var parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // verifies the name (RFC 2818)
            secure.setSSLParameters(parameters);
            secure.startHandshake();
        }
    }
}
