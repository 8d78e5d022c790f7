// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Ascii;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that MAIL and RCPT may have (RFC 5321 §4.1.1.11): which extension each comes with, and what its value
 * may be.
 */
public enum Parameter {
    /** How many bytes the message will have: RFC 1870 §4. */
    SIZE("SIZE", Scope.MAIL, Extension.SIZE, "wants a number of octets"),
    /** What kind of bytes: RFC 6152 §3, RFC 3030 §3. */
    BODY("BODY", Scope.MAIL, Extension.EIGHTBITMIME, "wants 7BIT, 8BITMIME or BINARYMIME"),
    /** UTF-8 in addresses and header: RFC 6531 §3.4. */
    SMTPUTF8("SMTPUTF8", Scope.MAIL, Extension.SMTPUTF8, "has no value"),
    /** Who submitted the message first: RFC 4954 §5. */
    AUTH("AUTH", Scope.MAIL, Extension.AUTH, "wants a mailbox in xtext, or <>"),
    /** What to send back: RFC 3461 §4.3. */
    RET("RET", Scope.MAIL, Extension.DSN, "wants FULL or HDRS"),
    /** By what name the sender knows the message: RFC 3461 §4.4. */
    ENVID("ENVID", Scope.MAIL, Extension.DSN, "wants xtext, 100 octets at most"),
    /** Until when it is of use: RFC 2852 §4. */
    BY("BY", Scope.MAIL, Extension.DELIVERBY, "wants seconds;R or seconds;N"),
    /** For how long to hold it: RFC 4865 §4. */
    HOLDFOR("HOLDFOR", Scope.MAIL, Extension.FUTURERELEASE, "wants a number of seconds"),
    /** Until when to hold it: RFC 4865 §4. */
    HOLDUNTIL("HOLDUNTIL", Scope.MAIL, Extension.FUTURERELEASE, "wants a date and time of RFC 3339"),
    /** How urgent it is: RFC 6710 §3. */
    MT_PRIORITY("MT-PRIORITY", Scope.MAIL, Extension.MT_PRIORITY, "wants a number from -9 to 9"),
    /** It goes by way of TLS or not at all: RFC 8689 §3. */
    REQUIRETLS("REQUIRETLS", Scope.MAIL, Extension.REQUIRETLS, "has no value"),
    /** When to tell the sender: RFC 3461 §4.1. */
    NOTIFY("NOTIFY", Scope.RCPT, Extension.DSN, "wants NEVER, or some of SUCCESS,FAILURE,DELAY"),
    /** Whom the sender meant: RFC 3461 §4.2. */
    ORCPT("ORCPT", Scope.RCPT, Extension.DSN, "wants type;xtext, 500 octets at most");

    /** The command that a parameter belongs to. */
    public enum Scope {
        MAIL,
        RCPT
    }

    /** Looks at bytes from {@code from} to {@code to}, exclusive. */
    interface Form {
        boolean fits(byte[] bytes, int from, int to);
    }

    private static final Parameter[] ALL = values();
    private static final int MOST_ENVID_BYTES = 100; // RFC 3461 §4.4

    private final String keyword;
    private final Scope scope;
    private final Extension extension;
    private final String wants;

    Parameter(String keyword, Scope scope, Extension extension, String wants) {
        this.keyword = keyword;
        this.scope = scope;
        this.extension = extension;
        this.wants = wants;
    }

    /** The keyword on the wire, in capitals. */
    public String keyword() {
        return keyword;
    }

    /** The extension that it comes with. */
    public Extension extension() {
        return extension;
    }

    /** What its value ought to be, for people: {@code SIZE wants a number of bytes}. */
    public String wants() {
        return keyword + " " + wants;
    }

    /** Whether the value that the cursor stands on, or its absence, is well-formed. */
    public boolean accepts(ParameterCursor value) {
        return switch (this) {
            case SIZE -> value.number() >= 0;
            case BODY -> value.valueIs("7BIT") || value.valueIs("8BITMIME") || value.valueIs("BINARYMIME");
            case SMTPUTF8, REQUIRETLS -> !value.hasValue();
            case AUTH -> value.valueIs("<>") || value.valueFits(Parameter::isMailbox);
            case RET -> value.valueIs("FULL") || value.valueIs("HDRS");
            case ENVID -> value.valueFits(Parameter::isEnvelopeId);
            case BY -> value.valueReads(DeliverBy::parse);
            case HOLDFOR -> value.valueFits(FutureRelease::isInterval);
            case HOLDUNTIL -> value.valueReads(FutureRelease::date);
            case MT_PRIORITY -> value.valueFits(Parameter::isPriority);
            case NOTIFY -> value.valueFits(Notify::isWellFormed);
            case ORCPT -> value.valueFits(OriginalRecipient::isWellFormed);
        };
    }

    /** The parameter of this command that the cursor stands on, or null where it is none of ours. */
    public static @Nullable Parameter at(ParameterCursor cursor, Scope scope) {
        for (Parameter parameter : ALL) {
            if (parameter.scope == scope && cursor.is(parameter.keyword)) {
                return parameter;
            }
        }
        return null;
    }

    private static boolean isMailbox(byte[] o, int from, int to) {
        return to > from && Xtext.isPrintable(o, from, to);
    }

    private static boolean isEnvelopeId(byte[] o, int from, int to) {
        return to - from <= MOST_ENVID_BYTES && Xtext.isPrintable(o, from, to);
    }

    /** {@code ("-" NZDIGIT) / DIGIT}, where RFC 6710 §3 has each number written in one way alone. */
    private static boolean isPriority(byte[] o, int from, int to) {
        boolean negative = o[from] == '-';
        int digit = negative ? from + 1 : from;
        return to == digit + 1 && Ascii.isDigit(o[digit]) && !(negative && o[digit] == '0');
    }

    /** Whether a reader takes the text without complaint. */
    static boolean reads(Consumer<String> reader, String text) {
        try {
            reader.accept(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
