// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

/**
 * The grammar of address literals (RFC 5321 §4.1.3): {@code [192.0.2.1]}, {@code [IPv6:2001:db8::1]}, {@code [tag:…]}.
 */
final class AddressLiteral {
    private static final AsciiSet DCONTENT = new AsciiSet().with(33, 90).with(94, 126);
    private static final String IPV6_TAG = "IPV6:";

    /** The maximum of 16-bit groups beside a {@code ::}, which replaces at least two. */
    private static final int MAX_GROUPS_BESIDE_ZEROS = 6;

    private static final int GROUPS_OF_IPV6 = 8;
    private static final int GROUPS_OF_IPV4 = 2;

    private AddressLiteral() {}

    /** The index after the literal whose {@code [} is at {@code from}, or -1 if it is malformed. */
    static int end(byte[] o, int from, int to) {
        int content = from + 1;
        int close = DCONTENT.endOfRun(o, content, to);
        boolean closed = close < to && o[close] == ']';
        return closed && isAddress(o, content, close) ? close + 1 : PathSyntax.MALFORMED;
    }

    private static boolean isAddress(byte[] o, int from, int to) {
        if (Ascii.startsWithIgnoreCase(o, from, to, IPV6_TAG)) {
            return isIpv6(o, from + IPV6_TAG.length(), to);
        }
        return isIpv4(o, from, to) || isGeneral(o, from, to);
    }

    /** {@code General-address-literal = Standardized-tag ":" 1*dcontent}; a tag is an Ldh-str. */
    private static boolean isGeneral(byte[] o, int from, int to) {
        int colon = AsciiSet.LETTERS_DIGITS_HYPHEN.endOfRun(o, from, to);
        return colon > from && o[colon - 1] != '-' && colon < to && o[colon] == ':' && colon + 1 < to;
    }

    /** {@code Snum 3("." Snum)}: four numbers of one to three digits, 0 to 255. */
    private static boolean isIpv4(byte[] o, int from, int to) {
        int i = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (i == to || o[i++] != '.')) {
                return false;
            }
            int first = i;
            int number = 0;
            while (i < to && i - first < 3 && Ascii.isDigit(o[i])) {
                number = number * 10 + o[i++] - '0';
            }
            if (i == first || number > 255) {
                return false;
            }
        }
        return i == to;
    }

    /**
     * IPv6-full, IPv6-comp, IPv6v4-full and IPv6v4-comp in one pass: groups, at most one {@code ::}, and IPv4 only at
     * the end.
     */
    private static boolean isIpv6(byte[] o, int from, int to) {
        boolean zeros = isDoubleColon(o, from, to);
        int groups = 0;
        int i = zeros ? from + 2 : from;
        while (i < to) {
            int end = endOfGroup(o, i, to);
            if (end < to && o[end] == '.') {
                return isIpv4(o, i, to) && isComplete(groups + GROUPS_OF_IPV4, zeros);
            }
            if (end == i) {
                return false;
            }
            groups++;
            if (end == to) {
                return isComplete(groups, zeros);
            }
            if (isDoubleColon(o, end, to)) {
                if (zeros) {
                    return false;
                }
                zeros = true;
                i = end + 2;
            } else if (o[end] == ':' && end + 1 < to) {
                i = end + 1;
            } else {
                return false;
            }
        }
        return isComplete(groups, zeros);
    }

    private static boolean isComplete(int groups, boolean zeros) {
        return zeros ? groups <= MAX_GROUPS_BESIDE_ZEROS : groups == GROUPS_OF_IPV6;
    }

    private static boolean isDoubleColon(byte[] o, int i, int to) {
        return to - i >= 2 && o[i] == ':' && o[i + 1] == ':';
    }

    /** {@code IPv6-hex = 1*4HEXDIG}. */
    private static int endOfGroup(byte[] o, int from, int to) {
        int i = from;
        while (i < to && i - from < 4 && Ascii.isHexDigit(o[i])) {
            i++;
        }
        return i;
    }
}
