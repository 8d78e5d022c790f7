// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.admission.ProxyHeader;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fuzz target for the PROXY header: the server accepts or refuses it as a simple model of the specification does,
 * starts the dialogue at the right byte, and does not depend on the segments.
 */
public final class ProxyTarget {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final Pattern LINE =
            Pattern.compile("PROXY (?:(UNKNOWN)(?: .*)?|(TCP[46]) (\\S+) (\\S+) (\\S+) (\\S+))");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final int MAX_LINE = 107;
    private static final int MAX_BYTES = 4_000;

    /** What the model expects. */
    private enum Expectation {
        ACCEPTED,
        REFUSED,
        /** The header is incomplete. */
        INCOMPLETE,
        /** The model cannot tell. */
        EITHER
    }

    private record Header(Expectation expectation, int length) {}

    private ProxyTarget() {}

    /** The first byte is the segment length minus one; the rest is the input. */
    public static void fuzzerTestOneInput(byte[] o) throws IOException {
        if (o.length < 2) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(o, 1, Math.min(o.length, MAX_BYTES));
        Header header = header(bytes);
        SessionHarness.Result whole = play(bytes, 0);
        boolean accepted = !whole.replies().isEmpty() && whole.replies().get(0).startsWith("220");
        boolean asExpected = switch (header.expectation()) {
            case ACCEPTED -> accepted;
            case REFUSED -> !accepted && whole.replies().size() == 1;
            case INCOMPLETE -> !accepted && whole.replies().size() <= 1;
            case EITHER -> true;
        };
        if (!asExpected) {
            throw new AssertionError(header + " and " + whole.replies());
        }
        if (accepted) {
            ReplyCounter.check(
                    Arrays.copyOfRange(bytes, header.length(), bytes.length), whole.replies(), Limits.DEFAULTS);
        }
        if (header.expectation() == Expectation.INCOMPLETE) {
            return; // the server waits for the rest with a timeout, which may expire on a slow machine
        }
        SessionHarness.Result cut = play(bytes, 1 + (o[0] & 0xFF));
        if (!cut.equals(whole)) {
            throw new AssertionError("split:\n" + cut + "\nwhole:\n" + whole);
        }
        checkValues(bytes, header);
    }

    private static SessionHarness.Result play(byte[] bytes, int length) throws IOException {
        ListenerOptions listener = ListenerOptions.at("", 0)
                .withProxy(Networks.of(List.of(Conversation.PEER.getAddress().getHostAddress())));
        return new SessionHarness(Limits.DEFAULTS).through(listener).play(bytes, length);
    }

    private static Header header(byte[] bytes) {
        if (bytes.length >= SIGNATURE.length
                && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            return binary(bytes);
        }
        String text = new String(bytes, ISO_8859_1);
        int end = text.indexOf("\r\n");
        boolean begins = text.startsWith("PROXY ") || "PROXY ".startsWith(text);
        boolean mayBecomeBinary =
                bytes.length < SIGNATURE.length && Arrays.equals(bytes, 0, bytes.length, SIGNATURE, 0, bytes.length);
        if (!begins && !mayBecomeBinary) {
            return new Header(Expectation.REFUSED, 0);
        } else if (end < 0 || mayBecomeBinary) {
            return new Header(text.length() > MAX_LINE ? Expectation.REFUSED : Expectation.INCOMPLETE, 0);
        } else if (end + 2 <= SIGNATURE.length + 1 || end + 2 > MAX_LINE) {
            return new Header(Expectation.EITHER, end + 2); // too short for any header, or too long
        }
        return new Header(line(text.substring(0, end)), end + 2);
    }

    private static Expectation line(String line) {
        Matcher form = LINE.matcher(line);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return Expectation.ACCEPTED;
        } else if (!form.matches()) {
            return Expectation.REFUSED;
        }
        if (!isPort(form.group(5)) || !isPort(form.group(6))) {
            return Expectation.REFUSED;
        }
        if (form.group(2).equals("TCP4")) {
            return isIpv4(form.group(3)) && isIpv4(form.group(4)) ? Expectation.ACCEPTED : Expectation.REFUSED;
        }
        return isIpv6(form.group(3)) && isIpv6(form.group(4)) ? Expectation.ACCEPTED : Expectation.EITHER;
    }

    private static boolean isPort(String digits) {
        return digits.matches("0|[1-9]\\d{0,4}") && Integer.parseInt(digits) <= 65_535;
    }

    private static boolean isIpv4(String text) {
        Matcher form = IPV4.matcher(text);
        if (!form.matches()) {
            return false;
        }
        for (int i = 1; i <= 4; i++) {
            String part = form.group(i);
            if (Integer.parseInt(part) > 255 || part.length() > 1 && part.startsWith("0")) {
                return false;
            }
        }
        return true;
    }

    /** Uses the narrower grammar of RFC 5321 §4.1.3. */
    private static boolean isIpv6(String text) {
        byte[] literal = ("[IPv6:" + text + "]").getBytes(ISO_8859_1);
        return PathSyntax.STRICT.isDomainOrLiteral(literal, 0, literal.length);
    }

    private static Header binary(byte[] bytes) {
        if (bytes.length < 16) {
            return new Header(Expectation.INCOMPLETE, 0);
        }
        int length = 16 + ((bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF);
        if (bytes.length < length) {
            return new Header(Expectation.INCOMPLETE, 0);
        }
        boolean isLocal = bytes[12] == 0x20;
        int needs = switch (bytes[13]) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> 216;
            default -> Integer.MAX_VALUE;
        };
        boolean proxies = bytes[12] == 0x21 && length - 16 >= needs;
        return new Header(isLocal || proxies ? Expectation.ACCEPTED : Expectation.REFUSED, length);
    }

    /** Compares the parsed addresses with the bytes. */
    private static void checkValues(byte[] bytes, Header header) {
        if (header.expectation() != Expectation.ACCEPTED) {
            return;
        }
        try {
            if (bytes[0] == 'P') {
                ProxyHeader read = ProxyHeader.ofLine(bytes, header.length() - 2);
                String[] words = new String(bytes, 0, header.length() - 2, ISO_8859_1).split(" ", -1);
                InetSocketAddress source = read.source();
                boolean same = source == null
                        ? words[1].equals("UNKNOWN")
                        : source.getPort() == Integer.parseInt(words[4])
                                && (!words[1].equals("TCP4") || address(source).equals(words[2]));
                check(same, "a line with another address");
                return;
            }
            ProxyHeader read = ProxyHeader.ofBinary(bytes, header.length());
            InetSocketAddress source = read.source();
            boolean isFour = bytes[12] == 0x21 && bytes[13] == 0x11;
            if (isFour) {
                String dotted = (bytes[16] & 0xFF) + "." + (bytes[17] & 0xFF) + "." + (bytes[18] & 0xFF) + "."
                        + (bytes[19] & 0xFF);
                if (source == null) {
                    throw new AssertionError("a header without an address");
                }
                check(address(source).equals(dotted), "a header with another address");
                check(source.getPort() == ((bytes[24] & 0xFF) << 8 | bytes[25] & 0xFF), "a header with another port");
            }
        } catch (ProxyHeader.Malformed e) {
            throw new AssertionError("an accepted header is malformed", e);
        }
    }

    private static String address(InetSocketAddress source) {
        return source.getAddress().getHostAddress();
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
