// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The data that a server stores instead of a password (RFC 5802 §3, RFC 7677), to verify the password without knowing
 * it. Immutable; any thread.
 *
 * <p>Its text is {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}, the last three in base64, as in other
 * servers. Keep the text secret: with it an attacker can impersonate the server, and test passwords offline.
 */
@PublicApi
public final class ScramVerifier {
    /** The minimum of RFC 7677 §4. */
    public static final int MIN_ITERATIONS = 4096;
    /** The recommendation of RFC 7677 §4; a client with a slow processor must compute them too. */
    public static final int ITERATIONS = 15_000;
    /** The size of the salt of a new verifier. */
    public static final int SALT_BYTES = 16;

    /** More iterations would take seconds of CPU time. */
    private static final int MAX_ITERATIONS = 10_000_000;

    /** The challenge with the salt must fit in a reply line. */
    private static final int MAX_SALT_BYTES = 64;

    private static final int HASH_BYTES = 32;
    private static final String SCHEME = "SCRAM-SHA-256$";
    private static final Pattern FORM = Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,8}):([^:$]+)\\$([^:$]+):([^:$]+)");

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /**
     * Makes the verifier of a password prepared by {@link SaslPrep}. Slow on purpose: never call it on an event loop.
     */
    public static ScramVerifier of(String password, byte[] salt, int iterations) {
        byte[] salted = Hash.pbkdf2(password, salt, iterations);
        byte[] clientKey = Hash.hmacSha256(salted, "Client Key");
        return new ScramVerifier(
                iterations, salt.clone(), Hash.sha256(clientKey), Hash.hmacSha256(salted, "Server Key"));
    }

    /**
     * A verifier for a user that does not exist, so that a client cannot find out which users exist. No password
     * matches it. It is always the same for the same user and secret.
     */
    public static ScramVerifier ofUnknownUser(byte[] secret, String user, int iterations) {
        return new ScramVerifier(
                iterations,
                saltOf(secret, user),
                Hash.hmacSha256(secret, "stored " + user),
                Hash.hmacSha256(secret, "server " + user));
    }

    /** A salt that is always the same for the same user and secret. */
    public static byte[] saltOf(byte[] secret, String user) {
        return Arrays.copyOf(Hash.hmacSha256(secret, "salt " + user), SALT_BYTES);
    }

    /** Whether a text starts like that of a verifier. */
    public static boolean hasScheme(String text) {
        return text.startsWith(SCHEME);
    }

    /** Parses a verifier's text. The message of its IllegalArgumentException does not quote the text. */
    public static ScramVerifier parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("an entry must be SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey");
        }
        int iterations = Integer.parseInt(form.group(1));
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "iterations must be between " + MIN_ITERATIONS + " and " + MAX_ITERATIONS);
        }
        byte[] salt = bytes(form.group(2), "salt");
        byte[] storedKey = bytes(form.group(3), "StoredKey");
        byte[] serverKey = bytes(form.group(4), "ServerKey");
        if (salt.length == 0 || salt.length > MAX_SALT_BYTES) {
            throw new IllegalArgumentException("the salt must have 1 to " + MAX_SALT_BYTES + " bytes");
        }
        if (storedKey.length != HASH_BYTES || serverKey.length != HASH_BYTES) {
            throw new IllegalArgumentException("StoredKey and ServerKey must have " + HASH_BYTES + " bytes each");
        }
        return new ScramVerifier(iterations, salt, storedKey, serverKey);
    }

    private static byte[] bytes(String base64, String what) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid base64 in " + what); // the JDK's reason quotes the text
        }
    }

    /** The number of iterations of the hash. */
    public int iterations() {
        return iterations;
    }

    String saltBase64() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /** Whether this is the verifier of a prepared password. Slow on purpose: never call it on an event loop. */
    public boolean matches(String password) {
        byte[] key = of(password, salt, iterations).storedKey;
        return MessageDigest.isEqual(key, storedKey);
    }

    /** Whether the proof shows that the client knows the password (RFC 5802 §3). */
    boolean isProvedBy(byte[] proof, String authMessage) {
        if (proof.length != HASH_BYTES) {
            return false;
        }
        byte[] clientKey = Hash.hmacSha256(storedKey, authMessage);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(Hash.sha256(clientKey), storedKey);
    }

    /** The server signature, which proves to the client that the server knows the verifier (RFC 5802 §3). */
    String signatureBase64(String authMessage) {
        return Base64.getEncoder().encodeToString(Hash.hmacSha256(serverKey, authMessage));
    }

    /** The verifier as stored in a file. Not named toString, so that it is not logged by accident. */
    public String text() {
        var base64 = Base64.getEncoder();
        return SCHEME + iterations + ":" + saltBase64() + "$" + base64.encodeToString(storedKey) + ":"
                + base64.encodeToString(serverKey);
    }
}
