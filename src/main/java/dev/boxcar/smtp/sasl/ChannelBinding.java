// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Channel binding data, which ties an exchange to its TLS connection: {@code tls-server-end-point}, a hash of the
 * server's certificate (RFC 5929 §4). Immutable; any thread.
 */
@PublicApi
public final class ChannelBinding {
    /** The name of this type of binding in a GS2 header. */
    public static final String TYPE = "tls-server-end-point";

    private final byte[] bytes;

    private ChannelBinding(byte... bytes) {
        this.bytes = bytes;
    }

    /** The binding for a server with this certificate; null if RFC 5929 defines none. */
    public static @Nullable ChannelBinding of(X509Certificate certificate) {
        String hash = hashOf(certificate.getSigAlgName().toUpperCase(Locale.ROOT));
        if (hash.isEmpty()) {
            return null;
        }
        try {
            return new ChannelBinding(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalArgumentException("cannot hash the certificate", e);
        }
    }

    /**
     * The hash of the certificate's signature algorithm, except that SHA-256 replaces MD5 and SHA-1 (RFC 5929 §4.1).
     */
    private static String hashOf(String signature) {
        int with = signature.indexOf("WITH");
        if (with < 0) {
            return ""; // the names of Ed25519 and RSASSA-PSS include no hash
        }
        return switch (signature.substring(0, with)) {
            case "MD5", "SHA1", "SHA256" -> "SHA-256";
            case "SHA384" -> "SHA-384";
            case "SHA512" -> "SHA-512";
            default -> "";
        };
    }

    /** The data of the binding. */
    public byte[] bytes() {
        return bytes.clone();
    }
}
