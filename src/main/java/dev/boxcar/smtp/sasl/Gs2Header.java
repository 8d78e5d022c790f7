// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of a client's first message (RFC 5801 §4, RFC 5802 §7): whether it uses channel binding, and the user it
 * wants to act as. Immutable; any thread.
 *
 * @param flag {@code n}: the client does not support binding; {@code y}: it does, and thinks that the server does not;
 *     {@code p}: it uses binding
 * @param binding the type of the binding, after {@code p=}; else empty
 * @param actAs the user to act as, unescaped; empty for the user itself
 * @param length the number of characters of the header, including its last comma
 */
record Gs2Header(char flag, String binding, String actAs, int length) {
    private static final Pattern FORM = Pattern.compile("(?:([ny])|p=([A-Za-z0-9.-]+)),(?:a=([^,\\00]+))?,");

    /** Parses the header at the start of a message; null if there is none. */
    static @Nullable Gs2Header parse(String message) {
        Matcher form = FORM.matcher(message);
        if (!form.lookingAt()) {
            return null;
        }
        String binding = form.group(2);
        String name = form.group(3);
        String actAs = name == null ? "" : unescape(name);
        if (actAs == null) {
            return null;
        }
        char flag = binding == null ? form.group(1).charAt(0) : 'p';
        return new Gs2Header(flag, binding == null ? "" : binding, actAs, form.end());
    }

    /**
     * Replaces =2C with a comma and =3D with an equals sign (RFC 5802 §5.1). Null if there is any other equals sign.
     */
    static @Nullable String unescape(String name) {
        String rest = name.replace("=2C", "").replace("=3D", "");
        return rest.indexOf('=') >= 0 ? null : name.replace("=2C", ",").replace("=3D", "=");
    }
}
