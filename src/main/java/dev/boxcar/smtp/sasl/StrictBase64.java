// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64 with exactly one form per value (RFC 4648 §3.5, §4): padded, without other characters and with zero pad bits.
 * Any other form is rejected, and never quoted. Any thread.
 */
public final class StrictBase64 {
    private StrictBase64() {}

    /** The bytes that this text encodes, or null if it is invalid base64. */
    public static byte @Nullable [] decode(byte[] text, int from, int to) {
        byte[] given = Arrays.copyOfRange(text, from, to);
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(given);
        } catch (IllegalArgumentException e) {
            return null; // the JDK's exception quotes the text
        }
        return Arrays.equals(Base64.getEncoder().encode(bytes), given) ? bytes : null;
    }
}
