// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import dev.boxcar.api.PublicApi;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How one side of a connection starts TLS: its certificates, its versions, and the time limit of a handshake. One
 * object serves any number of channels. Channels that share a context can resume one another's TLS sessions.
 *
 * <p>TLS 1.2 and 1.3 only. Immutable; any thread.
 */
@PublicApi
public final class TlsSettings {
    /** The supported versions, the preferred one first. */
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    private final SSLContext context;
    /** The server that a client connects to; null in a server. */
    private final @Nullable String host;

    private final int port;
    private final boolean verifiesHost;
    private final List<String> versions;
    private final Duration handshakeTimeout;

    private TlsSettings(
            SSLContext context,
            @Nullable String host,
            int port,
            boolean verifiesHost,
            List<String> versions,
            Duration handshakeTimeout) {
        this.context = context;
        this.host = host;
        this.port = port;
        this.verifiesHost = verifiesHost;
        this.versions = versions;
        this.handshakeTimeout = handshakeTimeout;
    }

    /** Settings of a server with the certificates of {@code context}. */
    public static TlsSettings server(SSLContext context) {
        Objects.requireNonNull(context, "context");
        boolean verifiesHost = false;
        return new TlsSettings(context, null, 0, verifiesHost, VERSIONS, HANDSHAKE_TIMEOUT);
    }

    /**
     * Settings of a client of {@code host}. The server's certificate must be valid for that name and trusted by the
     * trust managers of {@code context}. Host and port select the session to resume; a host name is also sent to the
     * server (SNI).
     */
    public static TlsSettings client(SSLContext context, String host, int port) {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(host, "host");
        boolean verifiesHost = true;
        return new TlsSettings(context, host, port, verifiesHost, VERSIONS, HANDSHAKE_TIMEOUT);
    }

    /** The same settings, but any host name in the certificate is accepted. The context still decides about trust. */
    public TlsSettings withoutHostVerification() {
        boolean verified = false;
        return new TlsSettings(context, host, port, verified, versions, handshakeTimeout);
    }

    /** The same settings with another time limit for a handshake; the default is 30 s. */
    public TlsSettings withHandshakeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the handshake timeout must be positive: " + timeout);
        }
        return new TlsSettings(context, host, port, verifiesHost, versions, timeout);
    }

    /** The same settings with one version only, such as {@code TLSv1.2}. */
    public TlsSettings withVersion(String version) {
        if (!VERSIONS.contains(version)) {
            throw new IllegalArgumentException("unsupported TLS version " + version + "; supported: " + VERSIONS);
        }
        return new TlsSettings(context, host, port, verifiesHost, List.of(version), handshakeTimeout);
    }

    /** How long a handshake may take. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** A new engine for one connection. */
    public SSLEngine engine() {
        SSLEngine engine = host == null ? context.createSSLEngine() : context.createSSLEngine(host, port);
        engine.setUseClientMode(host != null);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        if (verifiesHost) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public String toString() {
        return "Tls " + (host == null ? "server" : "client of " + TlsFailure.printable(host)) + " " + versions;
    }
}
