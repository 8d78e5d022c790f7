// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs paths of this server. A GET with a signed path needs no log-in and is exempt from the origin check. A browser
 * treats the sandboxed frame that shows a message like a page of another site and sends no credentials, but the frame
 * must load the parts of its message. Only pages of this server, for users who have logged in, contain signatures, and
 * nobody can guess them. They are valid until the server stops. Any thread.
 */
final class UrlSigner {
    /** The query parameter with the signature. */
    static final String PARAMETER = "key";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;

    private final SecretKeySpec secret;

    /** A signer with a new random secret. */
    UrlSigner() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        secret = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** The signature of a path. */
    String sign(String path) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(path.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HmacSHA256, which every JDK must have", e);
        }
    }

    /** Whether {@code signature} is the signature of the path. */
    boolean isValid(String path, @Nullable String signature) {
        return signature != null
                && MessageDigest.isEqual(signature.getBytes(UTF_8), sign(path).getBytes(UTF_8));
    }
}
