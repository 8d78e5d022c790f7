// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server keeps instead of a password (RFC 5802 §3, RFC 7677): it verifies one, and is none. Immutable; any
 * thread.
 *
 * <p>Its text is {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}, the last three in base64, as other servers
 * keep it. Whoever has the text can pretend to be the server, and try passwords; it is to be kept from others.
 */
public final class ScramVerifier {
    /** The fewest iterations that RFC 7677 §4 allows. */
    public static final int LEAST_ITERATIONS = 4096;
    /** What RFC 7677 §4 names as the rule of thumb; a client with a small processor has to go through them too. */
    public static final int ITERATIONS = 15_000;
    /** How many bytes of salt a new verifier has. */
    public static final int SALT_BYTES = 16;

    /** Beyond this, an entry would keep a processor busy for seconds. */
    private static final int MOST_ITERATIONS = 10_000_000;

    /** What a challenge, a line of a reply, has room for. */
    private static final int MOST_SALT_BYTES = 64;

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

    /** Makes a verifier of a password that {@link SaslPrep} has prepared. Slow on purpose: not for a loop. */
    public static ScramVerifier of(String password, byte[] salt, int iterations) {
        byte[] salted = Hash.pbkdf2(password, salt, iterations);
        byte[] clientKey = Hash.hmacSha256(salted, "Client Key");
        return new ScramVerifier(
                iterations, salt.clone(), Hash.sha256(clientKey), Hash.hmacSha256(salted, "Server Key"));
    }

    /**
     * A verifier for a user that does not exist: the same for the same user as long as the secret is the same, and no
     * password matches it. It looks as any other to a client that is asked to prove itself to it.
     */
    public static ScramVerifier ofNobody(byte[] secret, String user, int iterations) {
        return new ScramVerifier(
                iterations,
                saltOf(secret, user),
                Hash.hmacSha256(secret, "stored " + user),
                Hash.hmacSha256(secret, "server " + user));
    }

    /** A salt for this user that is the same as long as the secret is. */
    public static byte[] saltOf(byte[] secret, String user) {
        return Arrays.copyOf(Hash.hmacSha256(secret, "salt " + user), SALT_BYTES);
    }

    /** Whether a text claims to be a verifier's. */
    public static boolean isOne(String text) {
        return text.startsWith(SCHEME);
    }

    /** Reads a verifier's text. IllegalArgumentException, whose message says what is wrong and quotes nothing. */
    public static ScramVerifier parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("an entry is SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey");
        }
        int iterations = Integer.parseInt(form.group(1));
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("iterations are " + LEAST_ITERATIONS + " to " + MOST_ITERATIONS);
        }
        byte[] salt = bytes(form.group(2), "salt");
        byte[] storedKey = bytes(form.group(3), "StoredKey");
        byte[] serverKey = bytes(form.group(4), "ServerKey");
        if (salt.length == 0 || salt.length > MOST_SALT_BYTES) {
            throw new IllegalArgumentException("a salt has 1 to " + MOST_SALT_BYTES + " octets");
        }
        if (storedKey.length != HASH_BYTES || serverKey.length != HASH_BYTES) {
            throw new IllegalArgumentException("StoredKey and ServerKey have " + HASH_BYTES + " octets each");
        }
        return new ScramVerifier(iterations, salt, storedKey, serverKey);
    }

    private static byte[] bytes(String base64, String what) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " is no base64"); // the JDK's reason quotes the text
        }
    }

    /** How often the hash is repeated. */
    public int iterations() {
        return iterations;
    }

    String saltBase64() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /** Whether this was made of that password, prepared. Slow on purpose: not for a loop. */
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

    /** What shows the client that the server knows the password too. */
    String signatureBase64(String authMessage) {
        return Base64.getEncoder().encodeToString(Hash.hmacSha256(serverKey, authMessage));
    }

    /** The verifier as it is kept in a file. Not called toString, so that no log gets it by accident. */
    public String text() {
        var base64 = Base64.getEncoder();
        return SCHEME + iterations + ":" + saltBase64() + "$" + base64.encodeToString(storedKey) + ":"
                + base64.encodeToString(serverKey);
    }
}
