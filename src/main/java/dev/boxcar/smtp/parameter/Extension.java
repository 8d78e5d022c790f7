// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import java.util.EnumSet;
import java.util.Set;

/** The service extensions that a session offers in its answer to EHLO (RFC 5321 §2.2). */
public enum Extension {
    /** Commands in one flight, answers in one train: RFC 2920. */
    PIPELINING("PIPELINING", 2920),
    /** The size of a message, told before it is sent: RFC 1870. */
    SIZE("SIZE", 1870),
    /** Bytes above 127 in a body: RFC 6152. */
    EIGHTBITMIME("8BITMIME", 6152),
    /** A message in chunks of a known size, by BDAT: RFC 3030. */
    CHUNKING("CHUNKING", 3030),
    /** Messages without lines, by BDAT: RFC 3030. */
    BINARYMIME("BINARYMIME", 3030),
    /** UTF-8 in addresses and headers: RFC 6531. */
    SMTPUTF8("SMTPUTF8", 6531),
    /** A status such as 2.1.5 in every reply: RFC 2034, with the codes of RFC 3463. */
    ENHANCEDSTATUSCODES("ENHANCEDSTATUSCODES", 2034),
    /** The client may prove who it is: RFC 4954. */
    AUTH("AUTH", 4954),
    /** The dialogue goes over to TLS: RFC 3207. Offered where there is TLS to be had, and only in clear. */
    STARTTLS("STARTTLS", 3207),
    /** Notifications of what became of a message, as its sender wants them: RFC 3461. */
    DSN("DSN", 3461),
    /** A time until which a message is of use: RFC 2852. */
    DELIVERBY("DELIVERBY", 2852),
    /** A time until which a message is to be held: RFC 4865. */
    FUTURERELEASE("FUTURERELEASE", 4865),
    /** How urgent a message is: RFC 6710. */
    MT_PRIORITY("MT-PRIORITY", 6710),
    /** A message that goes by way of TLS or not at all: RFC 8689; offered inside TLS alone. */
    REQUIRETLS("REQUIRETLS", 8689),
    /** How many recipients and messages are taken: RFC 9422. */
    LIMITS("LIMITS", 9422),
    /** VRFY is served: RFC 5321 §3.5. */
    VRFY("VRFY", 5321),
    /** EXPN is served: RFC 5321 §3.5. */
    EXPN("EXPN", 5321),
    /** HELP is served: RFC 5321 §4.1.1.8. */
    HELP("HELP", 5321),
    /** The first commands may come before the banner: Exim's, of no RFC yet. */
    PIPECONNECT("PIPECONNECT", 0),
    /**
     * The name that Exim first gave PIPECONNECT. RFC 5321 §4.1.1.1 allows no underscore in a keyword, so it is offered
     * only if it is named.
     */
    X_PIPE_CONNECT("X_PIPE_CONNECT", 0);

    private final String keyword;
    private final int rfc;

    Extension(String keyword, int rfc) {
        this.keyword = keyword;
        this.rfc = rfc;
    }

    /** All extensions but {@link #X_PIPE_CONNECT}, which must be named. The set is new and may be changed. */
    public static Set<Extension> all() {
        return EnumSet.complementOf(EnumSet.of(X_PIPE_CONNECT));
    }

    /** The EHLO keyword, in capitals. */
    public String keyword() {
        return keyword;
    }

    /** The number of the RFC that defines it; 0 where none does. */
    public int rfc() {
        return rfc;
    }
}
