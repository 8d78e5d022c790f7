// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

/** The protocol that a client speaks. */
public enum ClientProtocol {
    /** RFC 5321. */
    SMTP("EHLO"),
    /** RFC 2033: SMTP to a mail store, which answers the end of a message once per accepted recipient. */
    LMTP("LHLO");

    private final String greeting;

    ClientProtocol(String greeting) {
        this.greeting = greeting;
    }

    /** The command that greets the server. */
    String greeting() {
        return greeting;
    }
}
