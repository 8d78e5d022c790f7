// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import java.security.cert.CertificateException;

/** A certificate from the right authority has none of the names of the server. */
public final class CertificateNameException extends CertificateException {
    private static final long serialVersionUID = 1L;

    CertificateNameException(String message) {
        super(message);
    }
}
