// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How one side of a conversation goes over to TLS: with whose certificates, in which versions, in what time. One value
 * serves any number of channels, and those that share its context resume one another's sessions.
 *
 * <p>TLS 1.2 and 1.3 only. Immutable; any thread.
 */
public final class TlsSettings {
    /** The versions spoken, the best first. */
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    private final SSLContext context;
    /** Whom a client calls; null in a server. */
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

    /** The side that is called, with the certificates of {@code context}. */
    public static TlsSettings server(SSLContext context) {
        return new TlsSettings(Objects.requireNonNull(context, "context"), null, 0, false, VERSIONS, HANDSHAKE_TIMEOUT);
    }

    /**
     * The side that calls {@code host}, whose certificate must be good for that name and to the trust managers of
     * {@code context}. Host and port tell which session may be resumed; a host name is told to the server too (SNI).
     */
    public static TlsSettings client(SSLContext context, String host, int port) {
        Objects.requireNonNull(context, "context");
        return new TlsSettings(context, Objects.requireNonNull(host, "host"), port, true, VERSIONS, HANDSHAKE_TIMEOUT);
    }

    /** The same, content with a certificate for another name. Whether it is trusted is still for the context to say. */
    public TlsSettings withoutHostVerification() {
        return new TlsSettings(context, host, port, false, versions, handshakeTimeout);
    }

    /** The same with another bound on the time of a handshake; 30 s if nothing else is said. */
    public TlsSettings withHandshakeTimeout(Duration bound) {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException("no time for a handshake: " + bound);
        }
        return new TlsSettings(context, host, port, verifiesHost, versions, bound);
    }

    /** The same in one version only, such as {@code TLSv1.2}. */
    public TlsSettings withVersion(String version) {
        if (!VERSIONS.contains(version)) {
            throw new IllegalArgumentException("not one of " + VERSIONS + ": " + version);
        }
        return new TlsSettings(context, host, port, verifiesHost, List.of(version), handshakeTimeout);
    }

    /** How long a handshake may take. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** An engine for one connection. */
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
