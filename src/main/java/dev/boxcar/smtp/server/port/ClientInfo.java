// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.sasl.ChannelBinding;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows so far about its client; the ports receive it. It changes while the session runs. Confined to
 * the session's loop, except {@link #session} and {@link #address}: a port that answers later, on another thread, must
 * read what it needs during the call.
 */
public interface ClientInfo extends SessionPeer {

    /** The client's address, or null if none is known: a Unix-domain socket has none, and a proxy may not tell it. */
    @Nullable
    InetSocketAddress remoteAddress();

    /** The name of the listener that the client connected to, or that listener's address if it has no name. */
    String listener();

    /** The name that the client gave at EHLO or HELO, or null before that. Any text: do not trust it. */
    @Nullable
    String hello();

    /** The protocol by its registered name (RFC 3848): {@code SMTP}, {@code ESMTP}, {@code ESMTPSA} and so on. */
    String protocol();

    /**
     * The authenticated user (RFC 4954), or null if the client has not authenticated. Empty if a token was accepted
     * that names no user.
     */
    @Nullable
    String user();

    /** Whether the client used EHLO and so may use extensions (RFC 5321 §2.2.1). */
    boolean isExtended();

    /** Whether the session is inside TLS. */
    boolean insideTls();

    /** The TLS session, or null while the session is in clear. */
    @Nullable
    SSLSession tls();

    /**
     * The data that binds an authentication exchange to the TLS connection; null without TLS or without a certificate.
     */
    @Nullable
    ChannelBinding binding();

    /** Whether the client's listener lets it use STARTTLS, provided that the server has TLS. */
    boolean isOfferedStartTls();
}
