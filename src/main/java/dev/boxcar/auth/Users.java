// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.SaslPrep;
import dev.boxcar.smtp.sasl.ScramVerifier;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A list of users and their passwords, one user per line: {@code user:SCRAM-SHA-256$…}, or {@code user:PLAIN$password}
 * if CRAM-MD5 is needed. Empty lines and lines that start with {@code #} are ignored. Immutable; any thread.
 *
 * <p>An unknown user's password is hashed too, with the highest iteration count of the list, so that the response time
 * does not reveal whether the user exists. (A user whose entry has fewer iterations can still be recognised by a
 * shorter time.) Error messages never quote the text after a colon.
 */
public final class Users {
    /** The prefix of an entry that holds the password itself. */
    public static final String PLAIN = "PLAIN$";

    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]?\\$.*");
    private static final int SECRET_BYTES = 32;

    /** One user; the password is null unless the list holds it in plain text. */
    private record Entry(ScramVerifier verifier, @Nullable String password) {}

    private final Map<String, Entry> entries = new HashMap<>();
    /** Seeds the verifiers of unknown users, so that these verifiers do not change while the process runs. */
    private final byte[] secret;

    private final int iterations;

    private Users(Map<String, ScramVerifier> verifiers, Map<String, String> passwords, byte[] secret) {
        this.secret = secret;
        this.iterations = verifiers.values().stream()
                .mapToInt(ScramVerifier::iterations)
                .max()
                .orElse(ScramVerifier.ITERATIONS);
        verifiers.forEach((user, verifier) -> entries.put(user, new Entry(verifier, null)));
        passwords.forEach((user, password) -> entries.put(user, new Entry(newVerifier(user, password), password)));
    }

    private ScramVerifier newVerifier(String user, String password) {
        return ScramVerifier.of(password, ScramVerifier.saltOf(secret, user), iterations);
    }

    /** A random secret for {@link #parse}. */
    static byte[] newSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Reads the lines of a users file; {@code name} is the file's name for error messages. */
    static Users parse(List<String> lines, String name, byte[] secret) throws InvalidUsersException {
        var verifiers = new HashMap<String, ScramVerifier>();
        var passwords = new HashMap<String, String>();
        int number = 0;
        for (String line : lines) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String where = name + ":" + number + ": ";
            int colon = line.indexOf(':');
            String user = colon < 1 ? null : SaslPrep.prepare(line.substring(0, colon));
            if (user == null || user.isEmpty()) {
                throw new InvalidUsersException(where + "expected user:SCRAM-SHA-256$... or user:PLAIN$password");
            }
            if (verifiers.containsKey(user) || passwords.containsKey(user)) {
                throw new InvalidUsersException(where + "duplicate user");
            }
            String value = line.substring(colon + 1);
            if (ScramVerifier.hasScheme(value)) {
                verifiers.put(user, verifier(value, where));
            } else {
                passwords.put(user, password(value, where));
            }
        }
        return new Users(verifiers, passwords, secret);
    }

    private static ScramVerifier verifier(String value, String where) throws InvalidUsersException {
        try {
            return ScramVerifier.parse(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidUsersException(where + e.getMessage());
        }
    }

    private static String password(String value, String where) throws InvalidUsersException {
        if (BCRYPT.matcher(value).matches()) {
            throw new InvalidUsersException(
                    where + "bcrypt hashes are not supported: set the password again with boxcar passwd FILE USER");
        }
        if (!value.startsWith(PLAIN)) {
            throw new InvalidUsersException(
                    where + "expected SCRAM-SHA-256$... or PLAIN$...: write the entry with boxcar passwd FILE USER");
        }
        String password = SaslPrep.prepare(value.substring(PLAIN.length()));
        if (password == null || password.isEmpty()) {
            throw new InvalidUsersException(where + "the password is empty or contains an invalid character");
        }
        return password;
    }

    /**
     * Reads {@code user:password} pairs separated by spaces, Mailpit's format; {@code name} is the variable's name for
     * error messages.
     */
    public static Users ofPairs(String pairs, String name) throws InvalidUsersException {
        var passwords = new HashMap<String, String>();
        for (String pair : pairs.strip().split("\\s+", -1)) {
            int colon = pair.indexOf(':');
            String user = colon < 1 ? null : SaslPrep.prepare(pair.substring(0, colon));
            if (user == null || user.isEmpty()) {
                throw new InvalidUsersException(name + ": expected user:password pairs, separated by spaces");
            }
            String password = pair.substring(colon + 1);
            if (passwords.put(user, password(PLAIN + password, name + ": ", password)) != null) {
                throw new InvalidUsersException(name + ": duplicate user");
            }
        }
        return new Users(Map.of(), passwords, newSecret());
    }

    private static String password(String entry, String where, String password) throws InvalidUsersException {
        return BCRYPT.matcher(password).matches() ? password(password, where) : password(entry, where);
    }

    /** Whether the list holds a password in plain text, which CRAM-MD5 needs. */
    boolean hasPlainPassword() {
        return entries.values().stream().anyMatch(entry -> entry.password() != null);
    }

    int count() {
        return entries.size();
    }

    /** Checks a claim. Slow when a password has to be hashed, so never called on an event loop. */
    public ClaimResult check(Claim claim) {
        Entry entry = entries.get(claim.user());
        ScramVerifier verifier =
                entry == null ? ScramVerifier.ofUnknownUser(secret, claim.user(), iterations) : entry.verifier();
        if (claim instanceof Claim.Password password) {
            boolean proved = password.isProvedBy(verifier);
            return result(proved && entry != null && password.actAs().isEmpty());
        } else if (claim instanceof Claim.Digest digest) {
            String plain = entry == null || entry.password() == null ? "" : entry.password();
            boolean proved = digest.isProvedBy(plain);
            return result(proved && !plain.isEmpty());
        } else if (claim instanceof Claim.Scram) {
            return new ClaimResult.Verifier(verifier);
        }
        return ClaimResult.NO; // a token: this list has passwords only
    }

    private static ClaimResult result(boolean proved) {
        return proved ? ClaimResult.YES : ClaimResult.NO;
    }
}
