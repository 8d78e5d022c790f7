// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.server.limit.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * For whom a proxy speaks: the header of the PROXY protocol, version 1 (a line) or 2 (binary), as HAProxy's
 * specification has it. Immutable; any thread.
 *
 * @param kind whose address it tells
 * @param source the client's; only where the kind is {@code CLIENT}
 */
record ProxyHeader(Kind kind, @Nullable InetSocketAddress source) {
    /** Whose address a header tells. */
    enum Kind {
        /** The client's. */
        CLIENT,
        /** The client has none: it came by a Unix-domain socket. */
        LOCAL_CLIENT,
        /** Nobody's: the proxy speaks for itself, or does not know. */
        NONE
    }

    /** What a header of version 2 begins with (§2.2). */
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    /** What a header of version 1 begins with (§2.1). */
    private static final List<byte[]> WORDS = Stream.of("PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN")
            .map(words -> words.getBytes(ISO_8859_1))
            .toList();
    /** The bytes that both versions have at least: version 2 is told by them. */
    static final int FIRST_BYTES = SIGNATURE.length;
    /** Version, command, family and length, behind the signature (§2.2). */
    static final int FIXED_BYTES = 4;
    /** The longest line of version 1, with its CRLF (§2.1). */
    static final int MOST_LINE_BYTES = 107;
    /** The longest addresses of version 2, those of Unix-domain sockets; what comes behind is skipped. */
    static final int MOST_ADDRESS_BYTES = 216;

    private static final int MOST_PORT = 65_535;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;

    private static final ProxyHeader NOBODYS = new ProxyHeader(Kind.NONE, null);

    /** A header that is not one; the connection cannot be trusted. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** Whether a header of either version may begin with these bytes. */
    static boolean mayBegin(byte[] bytes, int length) {
        return begins(SIGNATURE, bytes, length) || WORDS.stream().anyMatch(words -> begins(words, bytes, length));
    }

    private static boolean begins(byte[] beginning, byte[] bytes, int length) {
        int common = Math.min(beginning.length, length);
        return Arrays.equals(beginning, 0, common, bytes, 0, common);
    }

    /** Whether these bytes, {@link #FIRST_BYTES} at least, begin a header of version 2. */
    static boolean isBinary(byte[] bytes) {
        return begins(SIGNATURE, bytes, FIRST_BYTES);
    }

    // ---- version 1
    // -----------------------------------------------------------------------------------------------------------

    /** Reads a header of version 1 (§2.1), without its CRLF. */
    static ProxyHeader ofLine(byte[] bytes, int length) throws Malformed {
        String[] words = new String(bytes, 0, length, ISO_8859_1).split(" ", -1);
        if (words.length < 2 || !words[0].equals("PROXY")) {
            throw new Malformed("no PROXY line");
        }
        return switch (words[1]) {
            case "UNKNOWN" -> NOBODYS; // whatever stands behind is to be ignored
            case "TCP4" -> ofWords(words, IPV4_BYTES);
            case "TCP6" -> ofWords(words, IPV6_BYTES);
            default -> throw new Malformed("a PROXY line of an unknown protocol");
        };
    }

    private static ProxyHeader ofWords(String[] words, int bytes) throws Malformed {
        if (words.length != 6) {
            throw new Malformed("a PROXY line of " + words.length + " words");
        }
        InetAddress source = address(words[2], bytes);
        address(words[3], bytes);
        int port = port(words[4]);
        port(words[5]);
        return new ProxyHeader(Kind.CLIENT, new InetSocketAddress(source, port));
    }

    private static InetAddress address(String text, int bytes) throws Malformed {
        InetAddress address = Networks.address(text);
        boolean written = bytes == IPV6_BYTES == text.indexOf(':') >= 0; // an IPv4 address may be mapped into IPv6
        if (address == null || !written) {
            throw new Malformed("a PROXY line with a malformed address");
        }
        return address;
    }

    private static int port(String text) throws Malformed {
        int port = Networks.number(text, MOST_PORT);
        if (port < 0) {
            throw new Malformed("a PROXY line with a malformed port");
        }
        return port;
    }

    // ---- version 2
    // -----------------------------------------------------------------------------------------------------------

    /** How many bytes of version 2 come behind the fixed part, of which these are the last two. */
    static int restBytes(byte[] header) {
        return (header[14] & 0xFF) << Byte.SIZE | (header[15] & 0xFF);
    }

    /**
     * Reads a header of version 2 (§2.2).
     *
     * @param header from the signature on, up to the end of the addresses, or as long as it is
     * @param length how many bytes of it there are
     */
    static ProxyHeader ofBinary(byte[] header, int length) throws Malformed {
        int version = (header[12] & 0xFF) >> 4;
        int command = header[12] & 0x0F;
        if (version != 2 || command > 1) {
            throw new Malformed("a PROXY header of version " + version + " and command " + command);
        }
        if (command == 0) {
            return NOBODYS; // LOCAL: the family is to be ignored
        }
        int from = FIRST_BYTES + FIXED_BYTES;
        return switch (header[13]) {
            case 0x00 -> NOBODYS; // UNSPEC
            case 0x11 -> ofAddresses(header, from, length, IPV4_BYTES);
            case 0x21 -> ofAddresses(header, from, length, IPV6_BYTES);
            case 0x31 -> {
                require(length - from >= MOST_ADDRESS_BYTES);
                yield new ProxyHeader(Kind.LOCAL_CLIENT, null);
            }
            default -> throw new Malformed("a PROXY header of family " + (header[13] & 0xFF));
        };
    }

    private static ProxyHeader ofAddresses(byte[] header, int from, int length, int bytes) throws Malformed {
        require(length - from >= 2 * bytes + 2 * PORT_BYTES);
        int at = from + 2 * bytes;
        int port = (header[at] & 0xFF) << Byte.SIZE | (header[at + 1] & 0xFF);
        try {
            InetAddress source = InetAddress.getByAddress(Arrays.copyOfRange(header, from, from + bytes));
            return new ProxyHeader(Kind.CLIENT, new InetSocketAddress(source, port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of four or sixteen bytes there is always one
        }
    }

    private static void require(boolean longEnough) throws Malformed {
        if (!longEnough) {
            throw new Malformed("a PROXY header too short for its addresses");
        }
    }
}
