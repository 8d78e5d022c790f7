// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.Locale;

/** What a rule does to the TLS handshake, at STARTTLS or at the start of a connection with implicit TLS. */
public enum TlsFault {
    /** A certificate whose signature is broken. */
    BAD,
    /** A certificate that has expired. */
    EXPIRED,
    /** A certificate for another host. */
    WRONG_NAME,
    /** The connection ends in the handshake. */
    CUT;

    /** The name in a script. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
