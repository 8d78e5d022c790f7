// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Converts the older forms of a private key to PKCS #8, with the little of DER that this needs (X.690 §8, RFC 5208 §5).
 * Any thread.
 */
final class Der {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xA0;

    /** AlgorithmIdentifier of rsaEncryption, with its NULL (RFC 8017 appendix A.1). */
    private static final byte[] RSA = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** The object identifier of id-ecPublicKey (RFC 5480 §2.1.1). */
    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private static final byte[] VERSION_0 = {INTEGER, 0x01, 0x00};

    private Der() {}

    /** An RSAPrivateKey (RFC 8017 appendix A.1.2) as PKCS #8. */
    static byte[] rsaToPkcs8(byte[] key) {
        return wrap(SEQUENCE, VERSION_0, RSA, wrap(OCTET_STRING, key));
    }

    /**
     * An ECPrivateKey (RFC 5915 §3), which must name its curve, as PKCS #8.
     *
     * @throws IllegalArgumentException if it is malformed, or does not name its curve
     */
    static byte[] ecToPkcs8(byte[] key) {
        byte[] algorithm = wrap(SEQUENCE, EC, curveOf(key));
        return wrap(SEQUENCE, VERSION_0, algorithm, wrap(OCTET_STRING, key));
    }

    private static byte[] curveOf(byte[] key) {
        int at = contentOf(key, 0, SEQUENCE);
        while (at < key.length) {
            int content = contentOf(key, at, key[at] & 0xFF);
            int end = content + lengthAt(key, at + 1);
            if ((key[at] & 0xFF) == PARAMETERS) {
                return Arrays.copyOfRange(key, content, end);
            }
            at = end;
        }
        throw new IllegalArgumentException("it does not name its curve");
    }

    /** The start of the content of the element at {@code at}. */
    private static int contentOf(byte[] bytes, int at, int tag) {
        if (at + 2 > bytes.length || (bytes[at] & 0xFF) != tag) {
            throw new IllegalArgumentException("invalid DER");
        }
        int first = bytes[at + 1] & 0xFF;
        int content = at + 2 + (first < 0x80 ? 0 : first & 0x7F);
        if (content > bytes.length || content + (long) lengthAt(bytes, at + 1) > bytes.length) {
            throw new IllegalArgumentException("the DER is truncated");
        }
        return content;
    }

    private static int lengthAt(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        int count = first & 0x7F;
        if (count == 0 || count > 3 || at + count >= bytes.length) {
            throw new IllegalArgumentException("invalid DER");
        }
        for (int i = 1; i <= count; i++) {
            length = length << 8 | (bytes[at + i] & 0xFF);
        }
        return length;
    }

    private static byte[] wrap(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < 0x80) {
            element.write(length);
        } else if (length < 0x100) {
            element.write(0x81);
            element.write(length);
        } else {
            element.write(0x82);
            element.write(length >> 8);
            element.write(length);
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
