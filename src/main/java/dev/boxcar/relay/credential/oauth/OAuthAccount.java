// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An account for which access tokens can be had. Immutable; any thread.
 *
 * @param user the name with which the relay logs in to the smarthost
 * @param grant how tokens are had
 * @param tokenUrl the server's token endpoint
 * @param clientId the name under which the relay is registered with the server
 * @param clientSecret empty if the server does without
 * @param scope what the token shall allow; may be empty for a refresh token
 * @param refreshToken empty unless the grant is {@link Grant#REFRESH_TOKEN}
 */
public record OAuthAccount(
        String user,
        Grant grant,
        URI tokenUrl,
        String clientId,
        String clientSecret,
        String scope,
        String refreshToken) {
    /** How a token is had without a person. */
    public enum Grant {
        /** By a token that a person's log-in has left (RFC 6749 §6). */
        REFRESH_TOKEN,
        /** By the secret of the client alone (RFC 6749 §4.4). */
        CLIENT_CREDENTIALS;

        /** The name in requests. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A URL to which secrets may be sent.
     *
     * @throws IllegalArgumentException if it is not one of https, or of http on this machine
     */
    public static URI url(String text) {
        URI url = URI.create(text);
        String host = url.getHost();
        boolean isHere = host != null && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
        if (host == null || !("https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && isHere))) {
            throw new IllegalArgumentException("invalid URL '" + text + "': must begin with https://");
        }
        return url;
    }

    /** The same account with another refresh token. */
    OAuthAccount withRefreshToken(String other) {
        return new OAuthAccount(user, grant, tokenUrl, clientId, clientSecret, scope, other);
    }

    /** The form that asks for an access token. */
    Map<String, String> tokenRequest() {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", grant.text());
        if (grant == Grant.REFRESH_TOKEN) {
            form.put("refresh_token", refreshToken);
        }
        if (!scope.isEmpty()) {
            form.put("scope", scope);
        }
        form.put("client_id", clientId);
        if (!clientSecret.isEmpty()) {
            form.put("client_secret", clientSecret);
        }
        return form;
    }

    /**
     * Asks for a token, to see whether the account works. Blocks.
     *
     * @throws OAuthException if there is none
     */
    public void verify(OAuthHttp http) throws OAuthException, InterruptedException {
        Map<String, String> answer = http.post(tokenUrl, tokenRequest());
        if (answer.getOrDefault("access_token", "").isEmpty()) {
            throw OAuthException.failure("the OAuth server " + tokenUrl.getHost() + " gave no access_token");
        }
    }

    @Override
    public String toString() {
        return "OAuthAccount[user=" + user + "]";
    }
}
