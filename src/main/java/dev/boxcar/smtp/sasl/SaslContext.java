// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange is told of its surroundings: the server's name, the channel below, where randomness comes from.
 *
 * <p>Immutable; any thread.
 */
public final class SaslContext {
    private static final int NONCE_BYTES = 18;

    private final String hostname;
    private final Supplier<String> nonces;
    private final @Nullable ChannelBinding binding;

    /** {@code binding} is null where there is no TLS below, and then no mechanism with {@code -PLUS} succeeds. */
    public SaslContext(String hostname, SecureRandom random, @Nullable ChannelBinding binding) {
        this(hostname, () -> nonce(random), binding);
    }

    SaslContext(String hostname, Supplier<String> nonces, @Nullable ChannelBinding binding) {
        this.hostname = hostname;
        this.nonces = nonces;
        this.binding = binding;
    }

    @Nullable
    ChannelBinding binding() {
        return binding;
    }

    /** A text of 24 characters that was never said before, and has no comma (RFC 5802 §5.1). */
    String nonce() {
        return nonces.get();
    }

    private static String nonce(SecureRandom random) {
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A challenge in the form of a message id (RFC 2195 §2). */
    String challenge() {
        return "<" + nonce().replace('+', '-').replace('/', '_') + "@" + hostname + ">";
    }
}
