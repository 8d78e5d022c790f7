// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import java.security.PrivateKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/** The algorithms that a signer may use (RFC 8301 §3.1, RFC 8463 §3). */
public enum SigningAlgorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. Every verifier knows it. */
    RSA("rsa-sha256", "rsa", "SHA256withRSA", "RSA"),
    /** Ed25519 of a SHA-256 digest: short keys and signatures, which not every verifier knows. */
    ED25519("ed25519-sha256", "ed25519", "Ed25519", "Ed25519");

    private final String tag;
    private final String keyType;
    private final String signature;
    private final String keys;

    SigningAlgorithm(String tag, String keyType, String signature, String keys) {
        this.tag = tag;
        this.keyType = keyType;
        this.signature = signature;
        this.keys = keys;
    }

    /** The value of the tag a= in a signature. */
    public String tag() {
        return tag;
    }

    /** The value of the tag k= in the DNS. */
    public String keyType() {
        return keyType;
    }

    /** The JDK's name of the signature. */
    String signatureName() {
        return signature;
    }

    /** The JDK's name of the keys. */
    String keyName() {
        return keys;
    }

    /** The algorithm for such a key; null if there is none. */
    static @Nullable SigningAlgorithm of(PrivateKey key) {
        if (key instanceof RSAKey) {
            return RSA;
        }
        boolean isEd25519 = key instanceof EdECKey edwards
                && edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
        return isEd25519 ? ED25519 : null;
    }
}
