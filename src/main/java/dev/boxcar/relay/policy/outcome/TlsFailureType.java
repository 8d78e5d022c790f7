// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.outcome;

import dev.boxcar.relay.policy.dane.CertificateNameException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why TLS failed, or a policy could not be used (RFC 8460 §4.3). The type {@code dane-required} is missing: no setting
 * of the relay requires DANE.
 */
public enum TlsFailureType {
    STARTTLS_NOT_SUPPORTED,
    CERTIFICATE_HOST_MISMATCH,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_TRUSTED,
    /** Any other failure. */
    VALIDATION_FAILURE,
    /** No TLSA record of the server can be used. */
    TLSA_INVALID,
    /** The TLSA records cannot be looked up, or DNSSEC does not prove them. */
    DNSSEC_INVALID,
    STS_POLICY_FETCH_ERROR,
    STS_POLICY_INVALID,
    /** The policy server did not prove its name. */
    STS_WEBPKI_INVALID;

    private static final int MAX_CAUSES = 10;

    /** The word in a report. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why a handshake failed. */
    public static TlsFailureType ofHandshake(@Nullable Throwable failure) {
        TlsFailureType found = VALIDATION_FAILURE;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return CERTIFICATE_EXPIRED;
            } else if (cause instanceof CertificateNameException) {
                return CERTIFICATE_HOST_MISMATCH;
            } else if (cause instanceof CertPathValidatorException || cause instanceof CertPathBuilderException) {
                found = CERTIFICATE_NOT_TRUSTED; // unless a deeper cause says that it has expired
            } else if (cause.getClass().equals(CertificateException.class) && isAboutNames(cause)) {
                return CERTIFICATE_HOST_MISMATCH;
            }
            cause = cause.getCause();
        }
        return found;
    }

    /** The JDK has no class of its own for a certificate with other names than the server's. */
    private static boolean isAboutNames(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("No subject alternative") || message.startsWith("No name matching");
    }
}
