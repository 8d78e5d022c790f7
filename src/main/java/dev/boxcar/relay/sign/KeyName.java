// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which key it is. Its record in the DNS is at {@code SELECTOR._domainkey.DOMAIN} (RFC 6376 §3.6.2.1). Immutable.
 *
 * @param selector in lower case
 * @param domain in lower case and ASCII
 */
public record KeyName(String selector, String domain) {
    private static final String SEPARATOR = "._domainkey.";
    private static final int MAX_NAME = 253;
    private static final Pattern LABELS =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*");

    /** Checks that both can stand in a signature and in the DNS. */
    public KeyName {
        check(selector, "selector");
        check(domain, "domain");
        if (selector.length() + SEPARATOR.length() + domain.length() > MAX_NAME) {
            throw new IllegalArgumentException("the name of the key is longer than " + MAX_NAME + " characters");
        }
    }

    private static void check(String name, String what) {
        if (!LABELS.matcher(name).matches()) {
            throw new IllegalArgumentException("invalid " + what + " '" + name + "'");
        }
    }

    /** The key with this selector of this domain, whose name may be in any script. */
    public static KeyName of(String selector, String domain) {
        return new KeyName(selector.toLowerCase(Locale.ROOT), ascii(domain));
    }

    /** The domain in lower case and ASCII; one that is none stays as it is. */
    static String ascii(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return domain.toLowerCase(Locale.ROOT);
        }
    }

    /** Reads a name such as {@code boxcar._domainkey.example.org}. */
    public static KeyName parse(String text) {
        int at = text.indexOf(SEPARATOR);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "invalid name of a key '" + text + "': expected SELECTOR._domainkey.DOMAIN");
        }
        return of(text.substring(0, at), text.substring(at + SEPARATOR.length()));
    }

    /** Where the public key is in the DNS. */
    @Override
    public String toString() {
        return selector + SEPARATOR + domain;
    }
}
