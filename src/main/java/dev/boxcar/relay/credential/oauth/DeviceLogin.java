// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One log-in on another device (RFC 8628): a person opens a page there and types a code, while this machine asks for
 * the tokens again and again. Confined to one thread; calls block.
 */
public final class DeviceLogin {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(5); // RFC 8628 §3.2
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final String NUMBER = "[0-9]{1,9}";

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final OAuthHttp http;
    private final URI tokenUrl;
    private final Map<String, String> form;
    private final String page;
    private final String userCode;
    private final Instant end;
    private final Clock clock;

    private Duration interval;

    private DeviceLogin(OAuthHttp http, URI tokenUrl, Map<String, String> form, Map<String, String> answer, Clock clock)
            throws OAuthException {
        this.http = http;
        this.tokenUrl = tokenUrl;
        this.form = form;
        this.page = answer.getOrDefault("verification_uri", answer.getOrDefault("verification_url", ""));
        this.userCode = answer.getOrDefault("user_code", "");
        this.clock = clock;
        Duration wanted = seconds(answer.get("interval"), USUAL_INTERVAL);
        this.interval = wanted.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : wanted;
        Duration life = seconds(answer.get("expires_in"), LONGEST);
        this.end = clock.instant().plus(life.compareTo(LONGEST) > 0 ? LONGEST : life);
        if (page.isEmpty() || userCode.isEmpty()) {
            throw OAuthException.failure("the OAuth server " + tokenUrl.getHost() + " gave no code for a device");
        }
    }

    private static Duration seconds(@Nullable String text, Duration otherwise) {
        return text != null && text.matches(NUMBER) ? Duration.ofSeconds(Long.parseLong(text)) : otherwise;
    }

    /** Asks the provider for a code. */
    public static DeviceLogin begin(
            OAuthHttp http, OAuthProvider provider, String clientId, String clientSecret, Clock clock)
            throws OAuthException, InterruptedException {
        URI deviceUrl = provider.deviceUrl();
        if (deviceUrl == null) {
            throw OAuthException.failure("this provider does not allow a log-in on another device");
        }
        var secret = new LinkedHashMap<String, String>();
        secret.put("client_id", clientId);
        if (!clientSecret.isEmpty()) {
            secret.put("client_secret", clientSecret);
        }
        var asked = new LinkedHashMap<>(secret);
        asked.put("scope", provider.scope());
        Map<String, String> answer = http.post(deviceUrl, asked);
        var form = new LinkedHashMap<>(secret);
        form.put("grant_type", GRANT);
        form.put("device_code", answer.getOrDefault("device_code", ""));
        return new DeviceLogin(http, provider.tokenUrl(), form, answer, clock);
    }

    /** The page that the person opens. */
    public String page() {
        return page;
    }

    /** The code that the person types. */
    public String userCode() {
        return userCode;
    }

    /**
     * Waits for the person, and returns the answer with the tokens.
     *
     * @throws OAuthException if the person refuses, or the code expires
     */
    public Map<String, String> await(Pause pause) throws OAuthException, InterruptedException {
        while (clock.instant().plus(interval).isBefore(end)) {
            pause.sleep(interval);
            try {
                return http.post(tokenUrl, form);
            } catch (OAuthException e) { // RFC 8628 §3.5
                switch (e.error()) {
                    case "authorization_pending" -> {}
                    case "slow_down" -> interval = interval.plus(USUAL_INTERVAL);
                    case "access_denied" -> throw OAuthException.error("the log-in was denied", e.error(), true);
                    case "expired_token" -> throw expired();
                    default -> {
                        if (e.isRefusal()) {
                            throw e;
                        }
                        interval = interval.multipliedBy(2); // the server is down or busy
                    }
                }
            }
        }
        throw expired();
    }

    private static OAuthException expired() {
        return OAuthException.error("nobody typed the code in time; log in again", "expired_token", true);
    }
}
