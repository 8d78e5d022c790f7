// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import org.jspecify.annotations.Nullable;

/** The mechanisms served, in the order in which they are offered (RFC 4422 §3.1). */
public enum Mechanism {
    /** User and password in one message: RFC 4616. */
    PLAIN("PLAIN"),
    /** User and password, asked for one after the other: draft-murchison-sasl-login. */
    LOGIN("LOGIN"),
    /** A keyed digest of the server's challenge: RFC 2195. */
    CRAM_MD5("CRAM-MD5"),
    /** Proof of a password that neither side sends: RFC 5802 with RFC 7677. */
    SCRAM_SHA_256("SCRAM-SHA-256"),
    /** The same, bound to the certificate of the TLS connection below it: RFC 5802 §6, RFC 5929 §4. */
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS"),
    /** A bearer token, as Google's and Microsoft's servers take it. */
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

    /** The mechanism of this name, in any case, or null where it is none of ours. */
    public static @Nullable Mechanism of(String name) {
        boolean isAscii =
                name.chars().allMatch(c -> c < 0x80); // others have letters that turn into ASCII in another case
        for (Mechanism mechanism : values()) {
            if (isAscii && mechanism.keyword.equalsIgnoreCase(name)) {
                return mechanism;
            }
        }
        return null;
    }

    /** Whether the client speaks first, and so may send a response together with AUTH (RFC 4954 §4). */
    public boolean clientSpeaksFirst() {
        return this != CRAM_MD5;
    }

    /** Begins an exchange of this mechanism, at the server's end. */
    public SaslExchange begin(SaslContext setting) {
        return switch (this) {
            case PLAIN -> new PlainExchange();
            case LOGIN -> new LoginExchange();
            case CRAM_MD5 -> new CramMd5Exchange(setting.challenge());
            case SCRAM_SHA_256 -> new ScramExchange(setting, false);
            case SCRAM_SHA_256_PLUS -> new ScramExchange(setting, true);
            case XOAUTH2 -> new BearerExchange(BearerMessage.Form.XOAUTH2);
            case OAUTHBEARER -> new BearerExchange(BearerMessage.Form.OAUTHBEARER);
        };
    }
}
