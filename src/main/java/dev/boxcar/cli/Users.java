// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

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
 * The users of a file, one a line: {@code user:SCRAM-SHA-256$…}, or {@code user:PLAIN$password} where CRAM-MD5 is to be
 * served. Lines that are empty or begin with {@code #} do not count. Immutable; any thread.
 *
 * <p>A password is hashed whether a user is there or not, for one who is not as often as for the one whose entry asks
 * for most; users whose entries ask for less can be told from that by a clock. No message quotes what stands behind a
 * colon.
 */
final class Users {
    static final String PLAIN = "PLAIN$";
    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]?\\$.*");
    private static final int SECRET_BYTES = 32;

    /** Why a file of users does not serve; the message is one line for the user. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** What is known of a user; the password itself only where it is kept in plain. */
    private record Entry(ScramVerifier verifier, @Nullable String password) {}

    private final Map<String, Entry> entries = new HashMap<>();
    /** What the verifiers of users that do not exist are made from: the same answers as long as this process lives. */
    private final byte[] secret;

    private final int iterations;

    private Users(Map<String, ScramVerifier> verifiers, Map<String, String> passwords, byte[] secret) {
        this.secret = secret;
        this.iterations = verifiers.values().stream()
                .mapToInt(ScramVerifier::iterations)
                .max()
                .orElse(ScramVerifier.ITERATIONS);
        verifiers.forEach((user, verifier) -> entries.put(user, new Entry(verifier, null)));
        passwords.forEach((user, password) -> entries.put(user, new Entry(madeFor(user, password), password)));
    }

    private ScramVerifier madeFor(String user, String password) {
        return ScramVerifier.of(password, ScramVerifier.saltOf(secret, user), iterations);
    }

    static byte[] newSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Reads the lines of a file; {@code name} is the file's, for messages. */
    static Users parse(List<String> lines, String name, byte[] secret) throws Unusable {
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
                throw new Unusable(where + "a line is user:SCRAM-SHA-256$... or user:PLAIN$password");
            }
            if (verifiers.containsKey(user) || passwords.containsKey(user)) {
                throw new Unusable(where + "this user is there twice");
            }
            String value = line.substring(colon + 1);
            if (ScramVerifier.isOne(value)) {
                verifiers.put(user, verifier(value, where));
            } else {
                passwords.put(user, password(value, where));
            }
        }
        return new Users(verifiers, passwords, secret);
    }

    private static ScramVerifier verifier(String value, String where) throws Unusable {
        try {
            return ScramVerifier.parse(value);
        } catch (IllegalArgumentException e) {
            throw new Unusable(where + e.getMessage());
        }
    }

    private static String password(String value, String where) throws Unusable {
        if (BCRYPT.matcher(value).matches()) {
            throw new Unusable(
                    where + "a bcrypt hash cannot serve here: set the password anew with boxcar passwd FILE USER");
        }
        if (!value.startsWith(PLAIN)) {
            throw new Unusable(
                    where + "neither SCRAM-SHA-256$... nor PLAIN$...: write the entry with boxcar passwd FILE USER");
        }
        String password = SaslPrep.prepare(value.substring(PLAIN.length()));
        if (password == null || password.isEmpty()) {
            throw new Unusable(where + "the password is empty, or has a character that no password may have");
        }
        return password;
    }

    /** Reads {@code user:password} pairs parted by spaces, as Mailpit has them in a variable of this name. */
    static Users ofPairs(String pairs, String name) throws Unusable {
        var passwords = new HashMap<String, String>();
        for (String pair : pairs.strip().split("\\s+", -1)) {
            int colon = pair.indexOf(':');
            String user = colon < 1 ? null : SaslPrep.prepare(pair.substring(0, colon));
            if (user == null || user.isEmpty()) {
                throw new Unusable(name + ": users are user:password, parted by spaces");
            }
            String password = pair.substring(colon + 1);
            if (passwords.put(user, password(PLAIN + password, name + ": ", password)) != null) {
                throw new Unusable(name + ": a user is there twice");
            }
        }
        return new Users(Map.of(), passwords, newSecret());
    }

    private static String password(String entry, String where, String given) throws Unusable {
        return BCRYPT.matcher(given).matches() ? password(given, where) : password(entry, where);
    }

    /** Whether a password is kept in plain, so that CRAM-MD5 can be served. */
    boolean havePlain() {
        return entries.values().stream().anyMatch(entry -> entry.password() != null);
    }

    int count() {
        return entries.size();
    }

    /** Finds out whether a claim holds. Slow where a password has to be hashed: not for a loop. */
    ClaimResult answer(Claim claim) {
        Entry entry = entries.get(claim.user());
        ScramVerifier verifier =
                entry == null ? ScramVerifier.ofNobody(secret, claim.user(), iterations) : entry.verifier();
        if (claim instanceof Claim.Password given) {
            boolean proved = given.isProvedBy(verifier);
            return answer(proved && entry != null && given.actAs().isEmpty());
        } else if (claim instanceof Claim.Digest digest) {
            String password = entry == null || entry.password() == null ? "" : entry.password();
            boolean proved = digest.isProvedBy(password);
            return answer(proved && !password.isEmpty());
        } else if (claim instanceof Claim.Scram) {
            return new ClaimResult.Verifier(verifier);
        }
        return ClaimResult.NO; // tokens are known elsewhere
    }

    private static ClaimResult answer(boolean holds) {
        return holds ? ClaimResult.YES : ClaimResult.NO;
    }
}
