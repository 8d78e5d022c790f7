// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names and passwords of the users of the web interface (RFC 7617). Without accounts, everyone may use it.
 * Immutable; any thread.
 */
public final class WebAccounts {
    /** No accounts: everyone may use the web interface. */
    public static final WebAccounts NONE = new WebAccounts(Map.of());

    private final Map<String, String> passwords;

    private WebAccounts(Map<String, String> passwords) {
        this.passwords = Map.copyOf(passwords);
    }

    /**
     * Reads {@code name:password} entries.
     *
     * @throws IllegalArgumentException if an entry is invalid; the message gives its number, not its text
     */
    public static WebAccounts of(List<String> entries) {
        var passwords = new LinkedHashMap<String, String>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i);
            int colon = entry.indexOf(':');
            if (colon <= 0 || colon == entry.length() - 1) {
                throw new IllegalArgumentException("account " + (i + 1) + " is not NAME:PASSWORD");
            }
            String password = entry.substring(colon + 1);
            if (password.startsWith("$") || password.startsWith("{SHA}")) {
                throw new IllegalArgumentException(
                        "account " + (i + 1) + " has a hashed password; only plain-text passwords are supported");
            }
            passwords.put(entry.substring(0, colon), password);
        }
        return new WebAccounts(passwords);
    }

    /** Whether there are no accounts. */
    public boolean isEmpty() {
        return passwords.isEmpty();
    }

    /** The name in this Authorization field if its password is correct, else null. */
    @Nullable
    String user(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return null;
        }
        String pair;
        try {
            pair = new String(
                    Base64.getDecoder().decode(authorization.substring(6).strip()), UTF_8);
        } catch (IllegalArgumentException e) {
            return null; // invalid Base64
        }
        int colon = pair.indexOf(':');
        String name = colon < 0 ? pair : pair.substring(0, colon);
        String password = passwords.get(name);
        boolean correct = password != null
                && MessageDigest.isEqual(
                        password.getBytes(UTF_8), pair.substring(colon + 1).getBytes(UTF_8));
        return correct ? name : null;
    }
}
