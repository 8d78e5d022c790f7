// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.ParameterCursor;
import dev.boxcar.smtp.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a message beside its sender: SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), AUTH (RFC 4954). Confined to the loop
 * thread; used again for each MAIL.
 */
final class MailParameters {
    private static final String HEX = "0123456789ABCDEF";

    private final ParameterCursor cursor = new ParameterCursor();
    private long size;
    private boolean sizeGiven;
    private boolean bodyGiven;
    private boolean smtpUtf8;
    private final boolean authOffered;
    private boolean authGiven;

    /** AUTH is known only where it was offered (RFC 4954 §3). */
    MailParameters(boolean authOffered) {
        this.authOffered = authOffered;
    }

    /** Reads what stands behind the path; null when all of it was understood, else why not. */
    @Nullable
    Reply read(byte[] octets, int from, int to) {
        size = 0;
        sizeGiven = false;
        bodyGiven = false;
        smtpUtf8 = false;
        authGiven = false;
        if (from == to) {
            return null;
        }
        if (octets[from] != ' ') {
            return Replies.BAD_SENDER;
        }
        cursor.reset(octets, from, to);
        while (true) {
            switch (cursor.next()) {
                case NONE -> {
                    return null;
                }
                case MALFORMED -> {
                    return Replies.BAD_PARAMETER;
                }
                case FOUND -> {
                    Reply problem = one();
                    if (problem != null) {
                        return problem;
                    }
                }
            }
        }
    }

    private @Nullable Reply one() {
        if (cursor.is("SIZE")) {
            return size();
        } else if (cursor.is("BODY")) {
            return body();
        } else if (cursor.is("SMTPUTF8")) {
            return smtpUtf8();
        } else if (authOffered && cursor.is("AUTH")) {
            return auth();
        }
        return Replies.UNKNOWN_PARAMETER;
    }

    private @Nullable Reply size() {
        if (sizeGiven) {
            return Replies.REPEATED_PARAMETER;
        }
        sizeGiven = true;
        size = cursor.number();
        return size < 0 ? Replies.BAD_SIZE : null;
    }

    private @Nullable Reply body() {
        if (bodyGiven) {
            return Replies.REPEATED_PARAMETER;
        }
        bodyGiven = true;
        return cursor.valueIs("7BIT") || cursor.valueIs("8BITMIME") ? null : Replies.BAD_BODY;
    }

    private @Nullable Reply smtpUtf8() {
        if (smtpUtf8) {
            return Replies.REPEATED_PARAMETER;
        }
        smtpUtf8 = true;
        return cursor.hasValue() ? Replies.BAD_SMTPUTF8 : null;
    }

    /** RFC 4954 §5: who submitted the message first, in xtext, or {@code <>} where that is not known. */
    private @Nullable Reply auth() {
        if (authGiven) {
            return Replies.REPEATED_PARAMETER;
        }
        authGiven = true;
        return cursor.valueIs("<>") || isXtext(cursor.value()) ? null : Replies.BAD_AUTH;
    }

    private static boolean isXtext(String text) {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '+' ? !isHexadecimal(text, i + 1) : c <= ' ' || c > '~') {
                return false;
            }
            i += c == '+' ? 3 : 1;
        }
        return i > 0;
    }

    private static boolean isHexadecimal(String text, int from) {
        return from + 2 <= text.length()
                && HEX.indexOf(text.charAt(from)) >= 0
                && HEX.indexOf(text.charAt(from + 1)) >= 0;
    }

    /** The declared size in octets; 0 where none was given. */
    long sizeOctets() {
        return size;
    }

    boolean smtpUtf8Asked() {
        return smtpUtf8;
    }
}
