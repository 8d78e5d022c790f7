// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.Nullable;

/** The supported mechanisms, in the order in which they are offered (RFC 4422 §3.1). */
@PublicApi
public enum Mechanism {
    /** User and password in one message: RFC 4616. */
    PLAIN("PLAIN"),
    /** User and password in two messages: draft-murchison-sasl-login. */
    LOGIN("LOGIN"),
    /** A keyed digest of the server's challenge: RFC 2195. */
    CRAM_MD5("CRAM-MD5"),
    /** Both sides prove that they know the password, and neither sends it: RFC 5802 with RFC 7677. */
    SCRAM_SHA_256("SCRAM-SHA-256"),
    /** The same, bound to the certificate of the TLS connection: RFC 5802 §6, RFC 5929 §4. */
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS"),
    /** A bearer token, in the form of Google and Microsoft. */
    XOAUTH2("XOAUTH2"),
    /** A bearer token: RFC 7628. */
    OAUTHBEARER("OAUTHBEARER");

    private final String keyword;

    Mechanism(String keyword) {
        this.keyword = keyword;
    }

    /** The name on the wire. */
    public String keyword() {
        return keyword;
    }

    /** The mechanism of this name, in any case, or null if it is not supported. */
    public static @Nullable Mechanism of(String name) {
        // equalsIgnoreCase also equates some letters beyond ASCII with ASCII ones
        boolean isAscii = name.chars().allMatch(c -> c < 0x80);
        for (Mechanism mechanism : values()) {
            if (isAscii && mechanism.keyword.equalsIgnoreCase(name)) {
                return mechanism;
            }
        }
        return null;
    }

    /** Whether the client sends first, and so may send an initial response with AUTH (RFC 4954 §4). */
    public boolean clientSpeaksFirst() {
        return this != CRAM_MD5;
    }

    /** Creates the server side of an exchange. */
    public SaslExchange begin(SaslContext context) {
        return switch (this) {
            case PLAIN -> new PlainExchange();
            case LOGIN -> new LoginExchange();
            case CRAM_MD5 -> new CramMd5Exchange(context.challenge());
            case SCRAM_SHA_256 -> new ScramExchange(context, ScramExchange.Binding.NONE);
            case SCRAM_SHA_256_PLUS -> new ScramExchange(context, ScramExchange.Binding.REQUIRED);
            case XOAUTH2 -> new BearerExchange(BearerMessage.Form.XOAUTH2);
            case OAUTHBEARER -> new BearerExchange(BearerMessage.Form.OAUTHBEARER);
        };
    }
}
