// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The message of XOAUTH2 and OAUTHBEARER. Immutable; any thread.
 *
 * <pre>
 * XOAUTH2      user=someone ^A auth=Bearer token ^A ^A
 * OAUTHBEARER  n,a=someone, ^A host=h ^A port=25 ^A auth=Bearer token ^A ^A      (RFC 7628 §3.1; host and port are optional)
 * </pre>
 */
final class BearerMessage {
    /** The form in which the message names its user. */
    enum Form {
        XOAUTH2,
        OAUTHBEARER
    }

    private static final String END = "\1\1";
    private static final String BEARER = "bearer ";

    private final String user;
    private final String token;

    private BearerMessage(String user, String token) {
        this.user = user;
        this.token = token;
    }

    String user() {
        return user;
    }

    String token() {
        return token;
    }

    /** Parses a message; null if it is malformed. */
    static @Nullable BearerMessage parse(String message, Form form) {
        if (!message.endsWith(END)) {
            return null;
        }
        String[] parts = message.substring(0, message.length() - END.length()).split("\1", -1);
        String user = form == Form.XOAUTH2 ? after("user=", parts[0]) : userOfHeader(parts[0]);
        String token = null;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].indexOf('=') < 1) {
                return null;
            }
            String auth = after("auth=", parts[i]);
            if (auth != null) {
                token = bearer(auth);
            }
        }
        return user == null || token == null ? null : new BearerMessage(user, token);
    }

    private static @Nullable String after(String prefix, String text) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : null;
    }

    /** The user in the GS2 header (RFC 7628 §3.1). Channel binding is not used, so p= is invalid. */
    private static @Nullable String userOfHeader(String header) {
        Gs2Header gs2 = Gs2Header.parse(header);
        return gs2 == null || gs2.length() != header.length() || gs2.flag() == 'p' ? null : gs2.actAs();
    }

    private static @Nullable String bearer(String auth) {
        if (!auth.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return null;
        }
        String token = auth.substring(BEARER.length()).strip();
        return token.isEmpty() ? null : token;
    }
}
