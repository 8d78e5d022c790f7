// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

/** The RFCs whose rules for clients a session is judged by. */
public enum Rfc {
    /** SIZE: the size of a message. */
    RFC_1870,
    /** PIPELINING: commands in groups. */
    RFC_2920,
    /** CHUNKING and BINARYMIME: messages in chunks. */
    RFC_3030,
    /** STARTTLS. */
    RFC_3207,
    /** AUTH. */
    RFC_4954,
    /** SMTP itself. */
    RFC_5321,
    /** 8BITMIME: messages with 8-bit bytes. */
    RFC_6152,
    /** SMTPUTF8: addresses in UTF-8. */
    RFC_6531,
    /** LIMITS: a server's limits. */
    RFC_9422;

    /** Its number, such as {@code 2920}. */
    public String number() {
        return name().substring("RFC_".length());
    }

    /** {@code RFC 2920}. */
    @Override
    public String toString() {
        return "RFC " + number();
    }
}
