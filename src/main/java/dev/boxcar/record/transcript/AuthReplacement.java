// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.Locale;

/**
 * The text that stands in a transcript for the secrets of AUTH: the user {@value #USER} with the password
 * {@value #PASSWORD}, or with another password where the server refused the recorded one. Only PLAIN and LOGIN can be
 * replaced, because the responses of other mechanisms depend on the challenge or on the time. For one session.
 */
final class AuthReplacement {
    static final String USER = "boxcar";
    static final String PASSWORD = "secret";
    private static final String WRONG_PASSWORD = "wrong";
    private static final int AUTHENTICATED = 235;
    private static final int CHALLENGE = 334;
    private static final int BAD_SYNTAX = 501;
    private static final int REFUSED = 535;

    private String mechanism = "";
    /** How many responses of this exchange have been replaced. */
    private int responses;

    /**
     * The AUTH command.
     *
     * @param publicText the command up to its mechanism
     * @param hasResponse whether it has an initial response
     * @param code the code of its reply
     */
    String command(String publicText, boolean hasResponse, int code) throws UnexportableSessionException {
        int space = publicText.indexOf(' ');
        mechanism = space < 0 ? "" : publicText.substring(space + 1).strip().toUpperCase(Locale.ROOT);
        responses = 0;
        return hasResponse ? publicText + " " + response(code) : publicText;
    }

    /** A response; {@code code} is the code of its reply. */
    String response(int code) throws UnexportableSessionException {
        return switch (code) {
            case CHALLENGE, AUTHENTICATED -> response(PASSWORD);
            case REFUSED -> response(WRONG_PASSWORD);
            case BAD_SYNTAX -> "*"; // cancelled, or invalid base64
            default -> base64(USER); // not read as a response
        };
    }

    private String response(String password) throws UnexportableSessionException {
        return switch (mechanism) {
            case "PLAIN" -> base64("\0" + USER + "\0" + password);
            case "LOGIN" -> base64(responses++ == 0 ? USER : password);
            default ->
                throw new UnexportableSessionException("the client authenticates with " + mechanism
                        + ", which cannot be replayed: only PLAIN and LOGIN can");
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }
}
