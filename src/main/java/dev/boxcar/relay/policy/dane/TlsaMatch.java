// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import dev.boxcar.relay.route.NameService.Tlsa;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares certificates with TLSA records (RFC 6698 §2.1). */
final class TlsaMatch {
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");

    private TlsaMatch() {}

    /** Whether the certificate, or its public key, is the one of the record. */
    static boolean matches(X509Certificate certificate, Tlsa record) throws GeneralSecurityException {
        byte[] selected = record.selector() == TlsaSet.CERTIFICATE
                ? certificate.getEncoded()
                : certificate.getPublicKey().getEncoded();
        byte[] compared = switch (record.matchingType()) {
            case TlsaSet.SHA_256 -> MessageDigest.getInstance("SHA-256").digest(selected);
            case TlsaSet.SHA_512 -> MessageDigest.getInstance("SHA-512").digest(selected);
            default -> selected;
        };
        return MessageDigest.isEqual(compared, data(record));
    }

    /** Whether a record that has the whole thing has something that can be read. */
    static boolean isWellFormed(Tlsa record) {
        return certificate(record) != null || publicKey(record) != null;
    }

    /** The certificate that the record has; null if it has none. */
    static @Nullable X509Certificate certificate(Tlsa record) {
        if (record.matchingType() != TlsaSet.EXACT || record.selector() != TlsaSet.CERTIFICATE) {
            return null;
        }
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(data(record)));
        } catch (GeneralSecurityException | RuntimeException e) {
            return null;
        }
    }

    /** The public key that the record has; null if it has none. */
    static @Nullable PublicKey publicKey(Tlsa record) {
        if (record.matchingType() != TlsaSet.EXACT || record.selector() != TlsaSet.PUBLIC_KEY) {
            return null;
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(data(record)));
            } catch (GeneralSecurityException | RuntimeException e) {
                // of another algorithm
            }
        }
        return null;
    }

    private static byte[] data(Tlsa record) {
        return HexFormat.of().parseHex(record.data());
    }
}
