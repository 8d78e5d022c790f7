// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

/**
 * The rules that clients are judged by. A title says what a client does that breaks the rule; for advice, what it could
 * do better.
 */
public enum VerdictRule {
    V01("SHOULD NOT", "5321", "4.3.1", "sent a command before the banner"),
    V02("MUST NOT", "2920", "3.1", "sent a group although the answer to its last EHLO did not offer PIPELINING"),
    V03("MUST NOT", "2920", "3.1", "sent past a command that ends a group: EHLO, DATA, VRFY, EXPN, NOOP, QUIT, TURN"),
    V04("MUST NOT", "3207", "4", "sent past STARTTLS"),
    V05("MUST NOT", "4954", "4", "sent past AUTH, or a response before its challenge"),
    V06("MUST NOT", "2920", "3.1", "sent the text of a message before the 354"),
    V07(
            "MUST NOT",
            "2920",
            "3.1",
            "sent content although it knew that no recipient was accepted, or that DATA or a chunk was refused"),
    V08("MUST", "2920", "3.1", "did not check the reply to every command of a group"),
    V09("MUST", "2920", "3.1", "behaves differently when the same replies arrive in other pieces or lines"),
    V10("SHOULD NOT", "5321", "4.2.1", "went on after MAIL was refused, or repeated a command refused with 5yz"),
    V11("MUST NOT", "2920", "3.1", "deadlocks when the server does not read or does not write"),
    V12("MUST NOT", "5321", "2.3.8", "sent a bare LF or a bare CR"),
    V13("MUST NOT", "5321", "4.5.3.1", "sent a line that is too long, or 8-bit or UTF-8 data that it did not declare"),
    V14("MUST NOT", "5321", "4.5.2", "did not stuff dots, or used BDAT wrongly"),
    V15("SHOULD NOT", "1870", "4", "ignored SIZE, RCPTMAX or MAILMAX"),
    V16("SHOULD NOT", "5321", "6.1", "sent a message again although it knew its 250"),

    A01("", "2920", "3.1", "PIPELINING was offered but not used"),
    A02("", "2920", "3.1", "a group was sent in small writes"),
    A03("", "2920", "3.1", "QUIT was not sent with the end of the message"),
    A04("", "5321", "4.1.4", "connections were not reused"),
    A05("", "5321", "4.1.1.5", "RSET or NOOP was not needed"),
    A06("", "1870", "6", "the declared SIZE was far from the truth"),
    A07("", "5321", "4.5.4.1", "gave up after a 4yz reply");

    private final String requirement;

    @SuppressWarnings("ImmutableEnumChecker") // a Citation is two strings
    private final Verdict.Citation citation;

    private final String title;

    VerdictRule(String requirement, String rfc, String section, String title) {
        this.requirement = requirement;
        this.citation = new Verdict.Citation(rfc, section);
        this.title = title;
    }

    /** The strength of the rule: {@code MUST}, {@code MUST NOT}, {@code SHOULD NOT}; empty for advice. */
    public String requirement() {
        return requirement;
    }

    /** Where the rule is written. */
    public Verdict.Citation citation() {
        return citation;
    }

    /** What the client did. */
    public String title() {
        return title;
    }
}
