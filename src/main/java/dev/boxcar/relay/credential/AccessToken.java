// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth access token. It is written as a line of its own, or as the answer of an OAuth server (RFC 6749 §5.1): a
 * JSON object with {@code access_token} and, if the server says so, {@code expires_in} in seconds.
 *
 * @param text the token; never logged
 * @param expires when it expires; null if that is not known
 */
record AccessToken(String text, @Nullable Instant expires) {
    private static final Duration MARGIN = Duration.ofMinutes(1);
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
        String token = "";
        Instant expires = null;
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("access_token")) {
                    token = parser.getValueAsString("");
                } else if (name.equals("expires_in") && parser.getValueAsLong(0) > 0) {
                    expires = now.plusSeconds(Math.min(
                            parser.getValueAsLong(0), Duration.ofDays(365).toSeconds()));
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(INVALID); // without the cause, which quotes the text
        }
        return new AccessToken(token, expires);
    }

    /** Whether it is good for a connection that begins now. */
    boolean isUsable(Instant now) {
        return expires == null || now.plus(MARGIN).isBefore(expires);
    }

    @Override
    public String toString() {
        return "AccessToken[expires=" + expires + "]";
    }
}
