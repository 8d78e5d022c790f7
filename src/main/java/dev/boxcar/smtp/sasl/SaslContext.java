// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The facts that an exchange needs: the server's name, the channel binding, and a source of nonces. Immutable; any
 * thread.
 */
@PublicApi
public final class SaslContext {
    private static final int NONCE_BYTES = 18;

    private final String hostname;
    private final Supplier<String> nonces;
    private final @Nullable ChannelBinding binding;

    /** {@code binding} is null without TLS; then no {@code -PLUS} mechanism succeeds. */
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

    /** A new nonce of 24 characters without a comma (RFC 5802 §5.1). */
    String nonce() {
        return nonces.get();
    }

    private static String nonce(SecureRandom random) {
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A new challenge in the form of a message id (RFC 2195 §2). */
    String challenge() {
        return "<" + nonce().replace('+', '-').replace('/', '_') + "@" + hostname + ">";
    }
}
