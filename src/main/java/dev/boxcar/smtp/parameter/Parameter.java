// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Ascii;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The table of the parameters of MAIL and RCPT (RFC 5321 §4.1.1.11): the command and the extension that each belongs
 * to, and its valid values.
 */
public enum Parameter {
    /** The size of the message: RFC 1870 §4. */
    SIZE("SIZE", Scope.MAIL, Extension.SIZE, "must be a number of bytes"),
    /** The kind of content: RFC 6152 §3, RFC 3030 §3. */
    BODY("BODY", Scope.MAIL, Extension.EIGHTBITMIME, "must be 7BIT, 8BITMIME or BINARYMIME"),
    /** Addresses and header may have UTF-8: RFC 6531 §3.4. */
    SMTPUTF8("SMTPUTF8", Scope.MAIL, Extension.SMTPUTF8, "must not have a value"),
    /** The original submitter of the message: RFC 4954 §5. */
    AUTH("AUTH", Scope.MAIL, Extension.AUTH, "must be a mailbox in xtext, or <>"),
    /** What to return if the message cannot be delivered: RFC 3461 §4.3. */
    RET("RET", Scope.MAIL, Extension.DSN, "must be FULL or HDRS"),
    /** The sender's id for the message: RFC 3461 §4.4. */
    ENVID("ENVID", Scope.MAIL, Extension.DSN, "must be xtext of at most 100 bytes"),
    /** By when it must be delivered: RFC 2852 §4. */
    BY("BY", Scope.MAIL, Extension.DELIVERBY, "must be seconds;R or seconds;N"),
    /** For how long to hold it: RFC 4865 §4. */
    HOLDFOR("HOLDFOR", Scope.MAIL, Extension.FUTURERELEASE, "must be a number of seconds"),
    /** Until when to hold it: RFC 4865 §4. */
    HOLDUNTIL("HOLDUNTIL", Scope.MAIL, Extension.FUTURERELEASE, "must be a date and time as in RFC 3339"),
    /** The priority of the message: RFC 6710 §3. */
    MT_PRIORITY("MT-PRIORITY", Scope.MAIL, Extension.MT_PRIORITY, "must be a number from -9 to 9"),
    /** The message may be relayed only over TLS: RFC 8689 §2. */
    REQUIRETLS("REQUIRETLS", Scope.MAIL, Extension.REQUIRETLS, "must not have a value"),
    /** When to notify the sender: RFC 3461 §4.1. */
    NOTIFY("NOTIFY", Scope.RCPT, Extension.DSN, "must be NEVER, or some of SUCCESS,FAILURE,DELAY"),
    /** The original recipient: RFC 3461 §4.2. */
    ORCPT("ORCPT", Scope.RCPT, Extension.DSN, "must be type;xtext of at most 500 bytes");

    /** The command that a parameter belongs to. */
    public enum Scope {
        MAIL,
        RCPT
    }

    /** A test on the bytes from {@code from} to {@code to}, exclusive. */
    interface Form {
        boolean fits(byte[] bytes, int from, int to);
    }

    private static final Parameter[] ALL = values();
    private static final int MAX_ENVID_BYTES = 100; // RFC 3461 §4.4

    private final String keyword;
    private final Scope scope;
    private final Extension extension;
    private final String requirement;

    Parameter(String keyword, Scope scope, Extension extension, String requirement) {
        this.keyword = keyword;
        this.scope = scope;
        this.extension = extension;
        this.requirement = requirement;
    }

    /** The keyword on the wire, in upper case. */
    public String keyword() {
        return keyword;
    }

    /** The extension that defines it. */
    public Extension extension() {
        return extension;
    }

    /** What its value must be, as text for a reply: {@code SIZE must be a number of bytes}. */
    public String requirement() {
        return keyword + " " + requirement;
    }

    /** Whether the cursor's current value, or its absence, is valid. */
    public boolean accepts(ParameterCursor value) {
        return switch (this) {
            case SIZE -> value.number() >= 0;
            case BODY -> value.valueIs("7BIT") || value.valueIs("8BITMIME") || value.valueIs("BINARYMIME");
            case SMTPUTF8, REQUIRETLS -> !value.hasValue();
            case AUTH -> value.valueIs("<>") || value.valueFits(Parameter::isMailbox);
            case RET -> value.valueIs("FULL") || value.valueIs("HDRS");
            case ENVID -> value.valueFits(Parameter::isEnvelopeId);
            case BY -> value.valueParses(DeliverBy::parse);
            case HOLDFOR -> value.valueFits(FutureRelease::isInterval);
            case HOLDUNTIL -> value.valueParses(FutureRelease::date);
            case MT_PRIORITY -> value.valueFits(Parameter::isPriority);
            case NOTIFY -> value.valueFits(Notify::isWellFormed);
            case ORCPT -> value.valueFits(OriginalRecipient::isWellFormed);
        };
    }

    /** The cursor's current parameter, or null if this command has no such parameter. */
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
        return to - from <= MAX_ENVID_BYTES && Xtext.isPrintable(o, from, to);
    }

    /** {@code ("-" NZDIGIT) / DIGIT}, since RFC 6710 §3 allows only one form of each number. */
    private static boolean isPriority(byte[] o, int from, int to) {
        boolean negative = o[from] == '-';
        int digit = negative ? from + 1 : from;
        return to == digit + 1 && Ascii.isDigit(o[digit]) && !(negative && o[digit] == '0');
    }

    /** Whether a parser accepts the text. */
    static boolean parses(Consumer<String> parser, String text) {
        try {
            parser.accept(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
