// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a client's first message (RFC 5801 §4, RFC 5802 §7): whether it binds the channel, and whom it wants to
 * act as.
 *
 * @param flag {@code n}: it cannot bind; {@code y}: it could, and thinks that the server cannot; {@code p}: it binds
 * @param binding the type of the binding, behind {@code p=}; else empty
 * @param actAs whom to act as, unescaped; empty for the user itself
 * @param length how many characters the header has, its last comma included
 */
record Gs2Header(char flag, String binding, String actAs, int length) {
    private static final Pattern FORM = Pattern.compile("(?:([ny])|p=([A-Za-z0-9.-]+)),(?:a=([^,\\00]+))?,");

    /** Reads the header that a message begins with; null where it begins with none. */
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

    /** RFC 5802 §5.1: a comma is =2C, an equals sign is =3D, and no other one may stand there. Null where one does. */
    static @Nullable String unescape(String name) {
        String rest = name.replace("=2C", "").replace("=3D", "");
        return rest.indexOf('=') >= 0 ? null : name.replace("=2C", ",").replace("=3D", "=");
    }
}
