// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Compares and decodes secrets without revealing them. Any thread. */
final class SecretBytes {
    private SecretBytes() {}

    /** Compares in a time that does not depend on where two texts of the same length differ. */
    static boolean areEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** The text of well-formed UTF-8, or null. */
    static @Nullable String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null; // the exception would quote the bytes
        }
    }
}
