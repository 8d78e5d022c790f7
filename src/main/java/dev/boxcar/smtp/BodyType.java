// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** What kind of octets a message has: the value of BODY (RFC 6152 §3, RFC 3030 §3). */
public enum BodyType {
    /** Lines of ASCII. */
    SEVENBIT("7BIT"),
    /** Lines, of any octets. */
    EIGHTBITMIME("8BITMIME"),
    /** Any octets, with no need of lines; comes by BDAT alone. */
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
