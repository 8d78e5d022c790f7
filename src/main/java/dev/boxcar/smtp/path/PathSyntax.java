// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

/**
 * The grammar of paths and mailboxes (RFC 5321 §4.1.2), with the characters beyond ASCII that RFC 6531 §3.3 adds: as
 * the RFC has it, and a lenient one for addresses that exist although they break the rules.
 *
 * <p>All methods read bytes in place, from {@code from} to {@code to} (exclusive), never outside this range, and
 * allocate nothing. They accept UTF-8; a caller that does not must check {@link #isAscii}. A local part may be longer
 * than the 64 bytes that RFC 5321 §4.5.3.1.1 requires at least, because senders that encode the recipient in the return
 * path (VERP) need more. Labels beyond ASCII are checked for their form, not for the rules of IDNA. Any thread.
 */
public enum PathSyntax {
    /** {@code Dot-string} and {@code Domain} as in RFC 5321. */
    STRICT(Table.ATEXT, AsciiSet.LETTERS_DIGITS_HYPHEN),
    /**
     * Also underscores in domains, which container networks use ({@code www-data@my_app_1}), and dots anywhere in a
     * local part, which some phone providers have issued ({@code ab.@}, {@code a..b@}).
     */
    LENIENT(Table.ATEXT.with("."), AsciiSet.LETTERS_DIGITS_HYPHEN.with("_"));

    /** Enum constants are created before static fields, so the tables that they use are in a class of their own. */
    private static final class Table {
        static final AsciiSet ATEXT = new AsciiSet()
                .with('A', 'Z')
                .with('a', 'z')
                .with('0', '9')
                .with("!#$%&'*+-/=?^_`{|}~"); // RFC 5322 §3.2.3

        private Table() {}
    }

    /** Returned by the {@code endOf…} methods if the bytes do not match. */
    public static final int MALFORMED = -1;

    /** The mailbox that every host has and that needs no domain (RFC 5321 §4.5.1), in upper case. */
    static final String POSTMASTER = "POSTMASTER";

    private static final AsciiSet QTEXT =
            new AsciiSet().with(32, 33).with(35, 91).with(93, 126); // all except the quote and the backslash

    private static final int MAX_LABEL_CHARACTERS = 63;
    private static final int MAX_DOMAIN_BYTES = 255; // RFC 5321 §4.5.3.1.2
    private static final int NO_BYTE = -1;

    /** The characters of an atom. */
    @SuppressWarnings("ImmutableEnumChecker") // an AsciiSet is immutable; Error Prone does not know it
    private final AsciiSet atom;

    /** The characters of a label. */
    @SuppressWarnings("ImmutableEnumChecker") // as above
    private final AsciiSet label;

    PathSyntax(AsciiSet atom, AsciiSet label) {
        this.atom = atom;
        this.label = label;
    }

    /**
     * The index after the {@code >} of the reverse-path that begins at {@code from}, or -1 if it is malformed. The null
     * reverse-path {@code <>} (RFC 5321 §4.5.5) is valid.
     */
    public int endOfReversePath(byte[] o, int from, int to) {
        if (byteAt(o, from, to) == '<' && byteAt(o, from + 1, to) == '>') {
            return from + 2;
        }
        return endOfPath(o, from, to);
    }

    /**
     * The index after the {@code >} of the forward-path that begins at {@code from}, or -1 if it is malformed.
     * {@code <Postmaster>}, in any case, needs no domain (RFC 5321 §4.1.1.3).
     */
    public int endOfForwardPath(byte[] o, int from, int to) {
        int close = from + 1 + POSTMASTER.length();
        if (byteAt(o, from, to) == '<'
                && byteAt(o, close, to) == '>'
                && Ascii.equalsIgnoreCase(o, from + 1, close, POSTMASTER)) {
            return close + 1;
        }
        return endOfPath(o, from, to);
    }

    /** {@code Path = "<" [ A-d-l ":" ] Mailbox ">"}. */
    private int endOfPath(byte[] o, int from, int to) {
        if (byteAt(o, from, to) != '<') {
            return MALFORMED;
        }
        int mailbox = endOfSourceRoute(o, from + 1, to);
        int close = mailbox == MALFORMED ? MALFORMED : endOfMailbox(o, mailbox, to);
        return close != MALFORMED && byteAt(o, close, to) == '>' ? close + 1 : MALFORMED;
    }

    /**
     * {@code A-d-l ":"}, where {@code A-d-l = At-domain *( "," At-domain )}: the index after the colon, {@code from} if
     * there is no route, -1 if it is malformed. RFC 5321 §4.1.1.3 requires servers to accept a route and to ignore it.
     */
    int endOfSourceRoute(byte[] o, int from, int to) {
        if (byteAt(o, from, to) != '@') {
            return from;
        }
        int end = endOfDomain(o, from + 1, to);
        while (end != MALFORMED && byteAt(o, end, to) == ',') {
            end = byteAt(o, end + 1, to) == '@' ? endOfDomain(o, end + 2, to) : MALFORMED;
        }
        return end != MALFORMED && byteAt(o, end, to) == ':' ? end + 1 : MALFORMED;
    }

    /**
     * {@code Mailbox = Local-part "@" ( Domain / address-literal )}: the index after the longest mailbox that begins at
     * {@code from}, or -1 if there is none.
     */
    public int endOfMailbox(byte[] o, int from, int to) {
        int at = endOfLocalPart(o, from, to);
        if (at == MALFORMED || byteAt(o, at, to) != '@') {
            return MALFORMED;
        }
        return endOfDomainOrLiteral(o, at + 1, to);
    }

    /**
     * {@code Local-part = Dot-string / Quoted-string}: the index after the longest local part that begins at
     * {@code from}, or -1 if there is none.
     */
    public int endOfLocalPart(byte[] o, int from, int to) {
        if (byteAt(o, from, to) == '"') {
            return endOfQuotedString(o, from, to);
        }
        int end = endOfAtom(o, from, to);
        while (end != MALFORMED && byteAt(o, end, to) == '.') {
            end = endOfAtom(o, end + 1, to);
        }
        return end;
    }

    /** {@code Atom}; in the lenient grammar, a run of atoms and dots that are not all dots. */
    private int endOfAtom(byte[] o, int from, int to) {
        int end = atom.endOfUtf8Run(o, from, to);
        int first = from;
        while (first < end && o[first] == '.') {
            first++;
        }
        return first == end ? MALFORMED : end;
    }

    /** RFC 6531 §3.3 extends the text of a quoted string, but not the characters that a backslash may precede. */
    private static int endOfQuotedString(byte[] o, int from, int to) {
        int i = QTEXT.endOfUtf8Run(o, from + 1, to);
        while (byteAt(o, i, to) == '\\') {
            int quoted = byteAt(o, i + 1, to);
            if (quoted < ' ' || quoted > '~') {
                return MALFORMED;
            }
            i = QTEXT.endOfUtf8Run(o, i + 2, to);
        }
        return byteAt(o, i, to) == '"' ? i + 1 : MALFORMED;
    }

    private int endOfDomainOrLiteral(byte[] o, int from, int to) {
        return byteAt(o, from, to) == '[' ? AddressLiteral.end(o, from, to) : endOfDomain(o, from, to);
    }

    /** {@code Domain = sub-domain *("." sub-domain)}; the grammar has no trailing dot. */
    private int endOfDomain(byte[] o, int from, int to) {
        int end = endOfLabel(o, from, to);
        while (end != MALFORMED && byteAt(o, end, to) == '.') {
            end = endOfLabel(o, end + 1, to);
        }
        return end - from > MAX_DOMAIN_BYTES ? MALFORMED : end;
    }

    /** {@code sub-domain = Let-dig [Ldh-str] / U-label}, of 1 to 63 characters (RFC 1035 §2.3.4; in ASCII, bytes). */
    private int endOfLabel(byte[] o, int from, int to) {
        int end = label.endOfUtf8Run(o, from, to);
        boolean malformed = end == from
                || o[from] == '-'
                || o[end - 1] == '-'
                || (end - from > MAX_LABEL_CHARACTERS && Utf8.characters(o, from, end) > MAX_LABEL_CHARACTERS);
        return malformed ? MALFORMED : end;
    }

    /** Whether all these bytes are one domain, as in a source route. */
    boolean isDomain(byte[] o, int from, int to) {
        return from < to && endOfDomain(o, from, to) == to;
    }

    /** Whether all these bytes are one domain or one address literal, as in EHLO (RFC 5321 §4.1.1.1). */
    public boolean isDomainOrLiteral(byte[] o, int from, int to) {
        return from < to && endOfDomainOrLiteral(o, from, to) == to;
    }

    /** Whether none of these bytes is above 127. */
    public static boolean isAscii(byte[] o, int from, int to) {
        for (int i = from; i < to; i++) {
            if (o[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes are UTF-8 (RFC 3629): nothing overlong, no surrogates, nothing above U+10FFFF. */
    public static boolean isUtf8(byte[] o, int from, int to) {
        return Utf8.isWellFormed(o, from, to);
    }

    private static int byteAt(byte[] o, int i, int to) {
        return i < to ? o[i] & 0xFF : NO_BYTE;
    }
}
