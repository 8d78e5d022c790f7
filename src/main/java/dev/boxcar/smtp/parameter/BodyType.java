// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

/** The kind of content that a message has: the value of BODY (RFC 6152 §3, RFC 3030 §3). */
public enum BodyType {
    /** Lines of ASCII. */
    SEVENBIT("7BIT"),
    /** Lines of any bytes. */
    EIGHTBITMIME("8BITMIME"),
    /** Any bytes, not divided into lines; sent only with BDAT. */
    BINARYMIME("BINARYMIME");

    private final String keyword;

    BodyType(String keyword) {
        this.keyword = keyword;
    }

    /** The value on the wire. */
    public String keyword() {
        return keyword;
    }
}
