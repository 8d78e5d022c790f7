// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.api.PublicApi;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of the mechanisms. Any thread. */
@PublicApi
public final class Hash {
    private static final int SHA_256_BITS = 256;

    private Hash() {}

    /** SHA-256. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** HMAC with SHA-256. */
    public static byte[] hmacSha256(byte[] key, String text) {
        return hmac("HmacSHA256", key, text);
    }

    /** The digest in lower-case hexadecimal digits (RFC 2195 §2). */
    public static String hmacMd5Hex(String key, String text) {
        return HexFormat.of().formatHex(hmac("HmacMD5", key.getBytes(UTF_8), text));
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            byte[] notEmpty = key.length == 0 ? new byte[1] : key; // equivalent, since HMAC pads a key with zeros
            mac.init(new SecretKeySpec(notEmpty, algorithm));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** Hi() of RFC 5802 §2.2, which is PBKDF2. Slow on purpose: never call it on an event loop. */
    public static byte[] pbkdf2(String password, byte[] salt, int iterations) {
        var key = new PBEKeySpec(password.toCharArray(), salt, iterations, SHA_256_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        } finally {
            key.clearPassword();
        }
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("the JDK lacks a required hash algorithm", e);
    }
}
