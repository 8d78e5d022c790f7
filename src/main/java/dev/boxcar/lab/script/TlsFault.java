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

    /** Parses the value of "certificate". */
    public static TlsFault certificate(String text) {
        return switch (text) {
            case "bad" -> BAD;
            case "expired" -> EXPIRED;
            case "wrong-name" -> WRONG_NAME;
            default ->
                throw new IllegalArgumentException(
                        "unknown certificate '" + text + "' (known: bad, expired, wrong-name)");
        };
    }

    /** Parses the value of "handshake". */
    public static TlsFault handshake(String text) {
        if (!text.equals("cut")) {
            throw new IllegalArgumentException("unknown handshake '" + text + "' (known: cut)");
        }
        return CUT;
    }

    /** The name in a script. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
