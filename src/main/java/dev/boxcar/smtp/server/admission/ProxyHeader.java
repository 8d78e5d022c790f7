// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol, in which a proxy names the client that it has connected for: version 1 (a line) or
 * 2 (binary). The sections are those of HAProxy's specification. Immutable; any thread.
 *
 * @param kind whose address it contains
 * @param source the client's address; null unless the kind is {@code CLIENT}
 */
public record ProxyHeader(Kind kind, @Nullable InetSocketAddress source) {
    /** Whose address a header contains. */
    public enum Kind {
        /** The client's. */
        CLIENT,
        /** No address: the client has none, because it used a Unix-domain socket. */
        LOCAL_CLIENT,
        /** No address: the proxy has connected for itself, or does not know the client. */
        NONE
    }

    /** The first bytes of version 2 (§2.2). */
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    /** The possible first bytes of version 1 (§2.1). */
    private static final List<byte[]> WORDS = Stream.of("PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN")
            .map(words -> words.getBytes(ISO_8859_1))
            .toList();
    /** The minimum length of both versions; that many bytes tell version 1 from version 2. */
    static final int FIRST_BYTES = SIGNATURE.length;
    /** Version, command, family and length, after the signature (§2.2). */
    static final int FIXED_BYTES = 4;
    /** The longest line of version 1, with its CRLF (§2.1). */
    static final int MAX_LINE_BYTES = 107;
    /** The longest addresses of version 2, those of Unix-domain sockets; bytes after them are skipped. */
    static final int MAX_ADDRESS_BYTES = 216;

    private static final int MAX_PORT = 65_535;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;

    private static final ProxyHeader NO_CLIENT = new ProxyHeader(Kind.NONE, null);

    /** The header is invalid: the connection cannot be trusted. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** Whether these bytes can be the beginning of a header. */
    static boolean mayBegin(byte[] bytes, int length) {
        return begins(SIGNATURE, bytes, length) || WORDS.stream().anyMatch(words -> begins(words, bytes, length));
    }

    private static boolean begins(byte[] beginning, byte[] bytes, int length) {
        int common = Math.min(beginning.length, length);
        return Arrays.equals(beginning, 0, common, bytes, 0, common);
    }

    /** Whether these bytes, at least {@link #FIRST_BYTES}, begin a header of version 2. */
    static boolean isBinary(byte[] bytes) {
        return begins(SIGNATURE, bytes, FIRST_BYTES);
    }

    // ---- version 1
    // -----------------------------------------------------------------------------------------------------------

    /** Reads a header of version 1 (§2.1), without its CRLF. */
    public static ProxyHeader ofLine(byte[] bytes, int length) throws Malformed {
        String[] words = new String(bytes, 0, length, ISO_8859_1).split(" ", -1);
        if (words.length < 2 || !words[0].equals("PROXY")) {
            throw new Malformed("missing PROXY line");
        }
        return switch (words[1]) {
            case "UNKNOWN" -> NO_CLIENT; // the rest of the line is to be ignored
            case "TCP4" -> ofWords(words, IPV4_BYTES);
            case "TCP6" -> ofWords(words, IPV6_BYTES);
            default -> throw new Malformed("PROXY line with an unknown protocol");
        };
    }

    private static ProxyHeader ofWords(String[] words, int bytes) throws Malformed {
        if (words.length != 6) {
            throw new Malformed("PROXY line with " + words.length + " words instead of 6");
        }
        InetAddress source = address(words[2], bytes);
        address(words[3], bytes);
        int port = port(words[4]);
        port(words[5]);
        return new ProxyHeader(Kind.CLIENT, new InetSocketAddress(source, port));
    }

    private static InetAddress address(String text, int bytes) throws Malformed {
        InetAddress address = IpAddressText.parse(text);
        boolean hasRightForm = bytes == IPV6_BYTES == text.indexOf(':') >= 0; // an IPv4 address may be mapped into IPv6
        if (address == null || !hasRightForm) {
            throw new Malformed("PROXY line with an invalid address");
        }
        return address;
    }

    private static int port(String text) throws Malformed {
        int port = Networks.number(text, MAX_PORT);
        if (port < 0) {
            throw new Malformed("PROXY line with an invalid port");
        }
        return port;
    }

    // ---- version 2
    // -----------------------------------------------------------------------------------------------------------

    /** The number of bytes of version 2 that follow the fixed part. */
    static int restBytes(byte[] header) {
        return (header[14] & 0xFF) << Byte.SIZE | (header[15] & 0xFF);
    }

    /**
     * Reads a header of version 2 (§2.2).
     *
     * @param header from the signature on, at least to the end of the addresses or of the header
     * @param length how many bytes of it there are
     */
    public static ProxyHeader ofBinary(byte[] header, int length) throws Malformed {
        int version = (header[12] & 0xFF) >> 4;
        int command = header[12] & 0x0F;
        if (version != 2 || command > 1) {
            throw new Malformed("unsupported PROXY header: version " + version + ", command " + command);
        }
        if (command == 0) {
            return NO_CLIENT; // LOCAL: the family is to be ignored
        }
        int from = FIRST_BYTES + FIXED_BYTES;
        return switch (header[13]) {
            case 0x00 -> NO_CLIENT; // UNSPEC
            case 0x11 -> ofAddresses(header, from, length, IPV4_BYTES);
            case 0x21 -> ofAddresses(header, from, length, IPV6_BYTES);
            case 0x31 -> {
                require(length - from >= MAX_ADDRESS_BYTES);
                yield new ProxyHeader(Kind.LOCAL_CLIENT, null);
            }
            default -> throw new Malformed("PROXY header with unknown address family " + (header[13] & 0xFF));
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
            throw new IllegalStateException(e); // four or sixteen bytes are always an address
        }
    }

    private static void require(boolean longEnough) throws Malformed {
        if (!longEnough) {
            throw new Malformed("PROXY header too short for its addresses");
        }
    }
}
