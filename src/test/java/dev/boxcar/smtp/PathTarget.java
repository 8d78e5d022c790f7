// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.parameter.Xtext;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fuzz target of paths, parameters and xtext: they must not read outside their range or throw anything except
 * IllegalArgumentException, and accepted input must keep its text.
 */
public final class PathTarget {
    private static final int AROUND = 2;

    private PathTarget() {}

    /** The input is what follows {@code MAIL FROM:} or {@code RCPT TO:}. */
    public static void fuzzerTestOneInput(byte[] o) {
        int reverse = PathSyntax.STRICT.endOfReversePath(o, 0, o.length);
        int forward = PathSyntax.STRICT.endOfForwardPath(o, 0, o.length);
        int mailbox = PathSyntax.STRICT.endOfMailbox(o, 0, o.length);
        boolean domain = PathSyntax.STRICT.isDomainOrLiteral(o, 0, o.length);
        for (char neighbour : ">a@.\"]:\u0080".toCharArray()) {
            byte[] wide = new byte[o.length + 2 * AROUND];
            Arrays.fill(wide, (byte) neighbour);
            System.arraycopy(o, 0, wide, AROUND, o.length);
            int to = AROUND + o.length;
            boolean same = shifted(PathSyntax.STRICT.endOfReversePath(wide, AROUND, to)) == reverse
                    && shifted(PathSyntax.STRICT.endOfForwardPath(wide, AROUND, to)) == forward
                    && shifted(PathSyntax.STRICT.endOfMailbox(wide, AROUND, to)) == mailbox
                    && PathSyntax.STRICT.isDomainOrLiteral(wide, AROUND, to) == domain;
            check(same, "the bytes around a path change its end");
        }
        checkLenient(o, reverse, forward);
        checkValues(o, reverse, forward, mailbox);
        checkParameters(o, Math.max(0, Math.max(reverse, forward)));
        checkXtext(o);
    }

    /** The lenient grammar accepts every path that the strict one accepts, and its paths keep their text. */
    private static void checkLenient(byte[] o, int reverse, int forward) {
        int lenientReverse = PathSyntax.LENIENT.endOfReversePath(o, 0, o.length);
        int lenientForward = PathSyntax.LENIENT.endOfForwardPath(o, 0, o.length);
        check(reverse == PathSyntax.MALFORMED || reverse == lenientReverse, "a strict reverse-path is not lenient");
        check(forward == PathSyntax.MALFORMED || forward == lenientForward, "a strict forward-path is not lenient");
        if (lenientReverse != PathSyntax.MALFORMED) {
            String text = text(o, lenientReverse);
            check(
                    ReversePath.parse(text, PathSyntax.LENIENT).toString().equals(text),
                    "a lenient reverse-path changes");
        }
        if (lenientForward != PathSyntax.MALFORMED) {
            String text = text(o, lenientForward);
            check(
                    ForwardPath.parse(text, PathSyntax.LENIENT).toString().equals(text),
                    "a lenient forward-path changes");
        }
    }

    private static int shifted(int end) {
        return end == PathSyntax.MALFORMED ? end : end - AROUND;
    }

    private static void checkValues(byte[] o, int reverse, int forward, int mailbox) {
        if (reverse != PathSyntax.MALFORMED) {
            String text = text(o, reverse);
            check(ReversePath.parse(text).toString().equals(text), "a reverse-path changes");
            check(reverse == 2 || forward == reverse, "a reverse-path is a forward-path, unless it is null");
        }
        if (forward != PathSyntax.MALFORMED) {
            String text = text(o, forward);
            ForwardPath path = ForwardPath.parse(text);
            check(path.toString().equals(text), "a forward-path changes");
            check(path.equals(ForwardPath.parse(path.toString())), "a forward-path is not itself");
        }
        if (mailbox != PathSyntax.MALFORMED) {
            String text = text(o, mailbox);
            Mailbox parsed = Mailbox.parse(text);
            check(parsed.toString().equals(text), "a mailbox changes");
            check(parsed.unquotedLocalPart().length() <= parsed.localPart().length(), "quotes are taken away");
        } else {
            check(parsed(o) == null, "a malformed mailbox was taken");
        }
    }

    private static String text(byte[] o, int to) {
        byte[] bytes = Arrays.copyOf(o, to);
        String text = new String(bytes, UTF_8);
        check(Arrays.equals(text.getBytes(UTF_8), bytes), "accepted bytes are not UTF-8");
        return text;
    }

    private static @Nullable Mailbox parsed(byte[] o) {
        String text = new String(o, UTF_8);
        if (!Arrays.equals(text.getBytes(UTF_8), o)) {
            return null; // decoding changes malformed UTF-8
        }
        try {
            return Mailbox.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void checkParameters(byte[] o, int from) {
        var cursor = new ParameterCursor();
        cursor.reset(o, from, o.length);
        int last = from;
        boolean more = true;
        while (more) {
            more = cursor.next() == ParameterCursor.Step.FOUND;
            if (more) {
                check(cursor.valueFrom() >= last && cursor.valueTo() <= o.length, "a value outside of the line");
                check(cursor.valueFrom() <= cursor.valueTo(), "a value that ends before it begins");
                last = cursor.valueTo();
                String value = cursor.value();
                check(cursor.keyword().matches("[A-Za-z0-9][A-Za-z0-9-]*"), "keyword " + cursor.keyword());
                for (Parameter.Scope scope : Parameter.Scope.values()) {
                    Parameter parameter = Parameter.at(cursor, scope);
                    if (parameter != null && parameter.accepts(cursor)) {
                        checkAccepted(parameter, value == null ? "" : value, cursor.hasValue());
                    }
                }
            }
        }
    }

    /** Every parameter that a session accepts must be readable as a value. */
    private static void checkAccepted(Parameter parameter, String value, boolean hasValue) {
        Parameters parameters = Parameters.of(parameter.keyword() + (hasValue ? "=" + value : ""));
        check(parameters.has(parameter), "a parameter that was given is missing");
        parameters.size();
        parameters.body();
        parameters.returnContent();
        parameters.envelopeId();
        parameters.deliverBy();
        parameters.holdFor();
        parameters.holdUntil();
        parameters.priority();
        parameters.notifyWhen();
        parameters.originalRecipient();
    }

    private static void checkXtext(byte[] o) {
        String text = new String(o, UTF_8);
        check(Xtext.decode(Xtext.encode(text)).equals(text), "xtext is not reversible");
        try {
            String decoded = Xtext.decode(text);
            check(Xtext.decode(Xtext.encode(decoded)).equals(decoded), "xtext is not reversible");
        } catch (IllegalArgumentException e) {
            check(!Xtext.isPrintable(o, 0, o.length), "printable xtext is malformed");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
