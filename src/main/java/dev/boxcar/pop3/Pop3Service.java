// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.SaslContext;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all sessions of a server share: options, ports, and which maildrops are locked. Confined to the loop thread. */
final class Pop3Service {
    private final Pop3Options options;
    private final Maildrops maildrops;
    private final Pop3Authenticator authenticator;
    private final Supplier<@Nullable TlsSettings> tls;
    private final SecureRandom random = new SecureRandom();
    private final Map<Pop3Session, Long> sessions = new HashMap<>();
    /** The users whose maildrop a session has open: only one session at a time (RFC 1939 §8). */
    private final Set<String> lockedUsers = new HashSet<>();

    private long count;

    Pop3Service(
            Pop3Options options,
            Maildrops maildrops,
            Pop3Authenticator authenticator,
            Supplier<@Nullable TlsSettings> tls) {
        this.options = options;
        this.maildrops = maildrops;
        this.authenticator = authenticator;
        this.tls = tls;
    }

    Pop3Options options() {
        return options;
    }

    Maildrops maildrops() {
        return maildrops;
    }

    Pop3Authenticator authenticator() {
        return authenticator;
    }

    /** The settings for TLS handshakes; null while there is no TLS. */
    @Nullable
    TlsSettings tls() {
        return tls.get();
    }

    SaslContext saslContext(@Nullable ChannelBinding binding) {
        return new SaslContext(options.hostname(), random, binding);
    }

    /** Locks a user's maildrop; false if another session has it. */
    boolean lock(String user) {
        return lockedUsers.add(user);
    }

    void unlock(String user) {
        lockedUsers.remove(user);
    }

    boolean isFull() {
        return sessions.size() >= options.maxConnections();
    }

    void began(Pop3Session session) {
        sessions.put(session, ++count);
    }

    void ended(Pop3Session session) {
        sessions.remove(session);
    }

    /** The sessions that are open. */
    Set<Pop3Session> sessions() {
        return Set.copyOf(sessions.keySet());
    }

    /** The number of a session, for the log. */
    long number(Pop3Session session) {
        return sessions.getOrDefault(session, 0L);
    }
}
