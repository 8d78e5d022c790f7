// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth access token. It is written as a line of its own, or as the answer of an OAuth server (RFC 6749 §5.1): a
 * JSON object with {@code access_token} and, if the server says so, {@code expires_in} in seconds.
 *
 * @param text the token; never logged
 * @param expires when it expires; null if that is not known
 */
public record AccessToken(String text, @Nullable Instant expires) {
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(365);
    /** RFC 6750 §2.1: b64token; some servers use other printable characters. */
    private static final String TOKEN = "[!-~]{1,16384}";

    private static final String INVALID = "expected a token in one line, or JSON with access_token";

    /**
     * Reads a token.
     *
     * @throws IllegalArgumentException if there is none; its message does not show the text
     */
    static AccessToken parse(String text, Instant now) {
        String stripped = text.strip();
        AccessToken token = stripped.startsWith("{") ? json(stripped, now) : new AccessToken(stripped, null);
        if (!token.text().matches(TOKEN)) {
            throw new IllegalArgumentException(INVALID);
        }
        return token;
    }

    private static AccessToken json(String text, Instant now) {
        try {
            return of(JsonFields.of(text), now);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(INVALID);
        }
    }

    /**
     * The token of an answer with these fields (RFC 6749 §5.1).
     *
     * @throws IllegalArgumentException if there is none
     */
    public static AccessToken of(Map<String, String> fields, Instant now) {
        Instant expires = null;
        String text = fields.getOrDefault("expires_in", "");
        if (text.matches("[0-9]{1,18}") && Long.parseLong(text) > 0) {
            expires = now.plusSeconds(Math.min(Long.parseLong(text), LONGEST.toSeconds()));
        }
        var token = new AccessToken(fields.getOrDefault("access_token", ""), expires);
        if (!token.text().matches(TOKEN)) {
            throw new IllegalArgumentException("no access_token");
        }
        return token;
    }

    /** Whether it is good for a connection that begins now. */
    public boolean isUsable(Instant now) {
        return expires == null || now.plus(MARGIN).isBefore(expires);
    }

    @Override
    public String toString() {
        return "AccessToken[expires=" + expires + "]";
    }
}
