// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

/** What a server offers only if a test asks for it. */
public enum ServerFeature {
    /**
     * STARTTLS, with a self-signed certificate for localhost. The first server of a project takes a second to create
     * it; later ones find it in {@code boxcar-lab} in the build's directory. {@link SmtpLabServer#trust} makes a client
     * accept it.
     */
    STARTTLS,
    /** AUTH, also without TLS; it accepts any user and password. */
    AUTH
}
