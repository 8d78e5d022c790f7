// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a provider lets people log in. Immutable; any thread.
 *
 * @param authorizeUrl the page on which a person logs in (RFC 6749 §3.1); null if there is none
 * @param tokenUrl where tokens are had (RFC 6749 §3.2)
 * @param deviceUrl where a log-in on another device begins (RFC 8628 §3.1); null if the provider does not allow it
 * @param scope what is asked for when a person logs in
 * @param clientScope what is asked for with client credentials
 * @param redirectHost the host in the address to which the browser returns: 127.0.0.1 or localhost
 * @param parameters more parameters for the page
 */
public record OAuthProvider(
        @Nullable URI authorizeUrl,
        URI tokenUrl,
        @Nullable URI deviceUrl,
        String scope,
        String clientScope,
        String redirectHost,
        Map<String, String> parameters) {
    private static final String LOOPBACK = "127.0.0.1"; // RFC 8252 §8.3 prefers it to localhost

    public OAuthProvider {
        parameters = Map.copyOf(parameters);
    }

    /** Gmail. It gives a refresh token only if the page asks for consent, and allows no device grant for mail. */
    public static OAuthProvider google() {
        return new OAuthProvider(
                URI.create("https://accounts.google.com/o/oauth2/v2/auth"),
                URI.create("https://oauth2.googleapis.com/token"),
                null,
                "https://mail.google.com/",
                "",
                LOOPBACK,
                Map.of("access_type", "offline", "prompt", "consent"));
    }

    /** Office 365. It takes any port of localhost, but not of 127.0.0.1. */
    public static OAuthProvider microsoft(String tenant) {
        String base = "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/";
        return new OAuthProvider(
                URI.create(base + "authorize"),
                URI.create(base + "token"),
                URI.create(base + "devicecode"),
                "https://outlook.office.com/SMTP.Send offline_access",
                "https://outlook.office365.com/.default",
                "localhost",
                Map.of());
    }

    /** Another provider, of which only the token endpoint is known. */
    public static OAuthProvider of(URI tokenUrl) {
        return new OAuthProvider(null, tokenUrl, null, "", "", LOOPBACK, Map.of());
    }

    /** The same provider with these addresses; null leaves one as it is. */
    public OAuthProvider withUrls(@Nullable URI authorize, @Nullable URI device) {
        return new OAuthProvider(
                authorize == null ? authorizeUrl : authorize,
                tokenUrl,
                device == null ? deviceUrl : device,
                scope,
                clientScope,
                redirectHost,
                parameters);
    }

    /** The same provider, asked for this. */
    public OAuthProvider withScope(String other) {
        return new OAuthProvider(authorizeUrl, tokenUrl, deviceUrl, other, other, redirectHost, parameters);
    }
}
