// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** The service extensions that a session offers in its answer to EHLO (RFC 5321 §2.2). */
public enum Extension {
    /** Commands in one flight, answers in one train: RFC 2920. */
    PIPELINING("PIPELINING", 2920),
    /** The size of a message, told before it is sent: RFC 1870. */
    SIZE("SIZE", 1870),
    /** Octets above 127 in a body: RFC 6152. */
    EIGHTBITMIME("8BITMIME", 6152),
    /** UTF-8 in addresses and headers: RFC 6531. */
    SMTPUTF8("SMTPUTF8", 6531),
    /** A status such as 2.1.5 in every reply: RFC 2034, with the codes of RFC 3463. */
    ENHANCEDSTATUSCODES("ENHANCEDSTATUSCODES", 2034),
    /** The dialogue goes over to TLS: RFC 3207. Offered where there is TLS to be had, and only in clear. */
    STARTTLS("STARTTLS", 3207),
    /** HELP is served: RFC 5321 §4.1.1.8. */
    HELP("HELP", 5321);

    private final String keyword;
    private final int rfc;

    Extension(String keyword, int rfc) {
        this.keyword = keyword;
        this.rfc = rfc;
    }

    /** The EHLO keyword, in capitals. */
    public String keyword() {
        return keyword;
    }

    /** The number of the RFC that defines it. */
    public int rfc() {
        return rfc;
    }
}
