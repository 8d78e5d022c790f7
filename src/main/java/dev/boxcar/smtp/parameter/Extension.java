// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import java.util.EnumSet;
import java.util.Set;

/** The service extensions that the server can offer in its reply to EHLO (RFC 5321 §2.2). */
public enum Extension {
    /** Several commands may be sent at once: RFC 2920. */
    PIPELINING("PIPELINING", 2920),
    /** The size of a message, declared before it is sent: RFC 1870. */
    SIZE("SIZE", 1870),
    /** Bytes above 127 in a body: RFC 6152. */
    EIGHTBITMIME("8BITMIME", 6152),
    /** A message in chunks of a known size, sent with BDAT: RFC 3030. */
    CHUNKING("CHUNKING", 3030),
    /** Messages that are not divided into lines, sent with BDAT: RFC 3030. */
    BINARYMIME("BINARYMIME", 3030),
    /** UTF-8 in addresses and headers: RFC 6531. */
    SMTPUTF8("SMTPUTF8", 6531),
    /** A status such as 2.1.5 in replies: RFC 2034, with the codes of RFC 3463. */
    ENHANCEDSTATUSCODES("ENHANCEDSTATUSCODES", 2034),
    /** The client may authenticate: RFC 4954. */
    AUTH("AUTH", 4954),
    /** The session switches to TLS: RFC 3207. Offered if TLS is configured, and only before it is in use. */
    STARTTLS("STARTTLS", 3207),
    /** Delivery status notifications as requested by the sender: RFC 3461. */
    DSN("DSN", 3461),
    /** A time by which a message must be delivered: RFC 2852. */
    DELIVERBY("DELIVERBY", 2852),
    /** A time until which a message is held: RFC 4865. */
    FUTURERELEASE("FUTURERELEASE", 4865),
    /** The priority of a message: RFC 6710. */
    MT_PRIORITY("MT-PRIORITY", 6710),
    /** Messages that may be relayed only over TLS: RFC 8689. Offered only inside TLS. */
    REQUIRETLS("REQUIRETLS", 8689),
    /** The limits on recipients and messages: RFC 9422. */
    LIMITS("LIMITS", 9422),
    /** VRFY is supported: RFC 5321 §3.5. */
    VRFY("VRFY", 5321),
    /** EXPN is supported: RFC 5321 §3.5. */
    EXPN("EXPN", 5321),
    /** HELP is supported: RFC 5321 §4.1.1.8. */
    HELP("HELP", 5321),
    /** The client may send its first commands before the banner: an extension of Exim, without an RFC. */
    PIPECONNECT("PIPECONNECT", 0),
    /**
     * The first name of PIPECONNECT in Exim. It is not part of {@link #all}, because RFC 5321 §4.1.1.1 allows no
     * underscore in a keyword.
     */
    X_PIPE_CONNECT("X_PIPE_CONNECT", 0);

    private final String keyword;
    private final int rfc;

    Extension(String keyword, int rfc) {
        this.keyword = keyword;
        this.rfc = rfc;
    }

    /** A new mutable set of all extensions except {@link #X_PIPE_CONNECT}. */
    public static Set<Extension> all() {
        return EnumSet.complementOf(EnumSet.of(X_PIPE_CONNECT));
    }

    /** The EHLO keyword, in upper case. */
    public String keyword() {
        return keyword;
    }

    /** The number of the RFC that defines the extension, or 0 if none does. */
    public int rfc() {
        return rfc;
    }
}
