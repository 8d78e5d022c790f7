// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5321 §4.1.2 and §4.1.3, RFC 6531 §3.3, rule by rule. */
class PathSyntaxTest {
    private static final String LABEL_OF_63 = "d".repeat(63);
    private static final String DOMAIN_OF_255 = (LABEL_OF_63 + ".").repeat(3) + LABEL_OF_63;

    static Stream<String> mailboxPaths() {
        return Stream.of(
                // atoms and dots
                "<a@b>",
                "<first.last@example.org>",
                "<a.b.c.d@example.org>",
                "<!#$%&'*+-/=?^_`{|}~@example.org>",
                "<0@example.org>",
                "<user+tag=me@example.org>",
                "<Postmaster@example.org>",
                "<" + "v".repeat(300) + "@example.org>", // more than 64 bytes: VERP
                // quoted strings
                "<\"\"@example.org>",
                "<\" \"@example.org>",
                "<\"a  b\"@example.org>",
                "<\"a@b\"@example.org>",
                "<\"a>b\"@example.org>",
                "<\".a..b.\"@example.org>",
                "<\"\\\"\"@example.org>",
                "<\"\\\\\"@example.org>",
                "<\"a\\ \\~b\"@example.org>",
                "<\"\\\"> SIZE=1\"@example.org>",
                // domains
                "<a@b.c.d.example.org>",
                "<a@1.2.3.4>",
                "<a@3com>",
                "<a@a-b.c--d>",
                "<a@xn--bcher-kva.example>",
                "<a@" + LABEL_OF_63 + ">",
                "<a@" + DOMAIN_OF_255 + ">",
                // IPv4
                "<a@[192.0.2.1]>",
                "<a@[0.0.0.0]>",
                "<a@[255.255.255.255]>",
                "<a@[001.02.3.004]>",
                // IPv6: full, comp, v4-full, v4-comp
                "<a@[IPv6:1:2:3:4:5:6:7:8]>",
                "<a@[IPv6:2001:0db8:ffff:ABCD:0:0:0:1]>",
                "<a@[ipv6:::]>",
                "<a@[IPv6:::1]>",
                "<a@[IPv6:1::]>",
                "<a@[IPv6:2001:db8::1]>",
                "<a@[IPv6:1:2:3:4:5:6::]>",
                "<a@[IPv6:::1:2:3:4:5:6]>",
                "<a@[IPv6:1:2:3::4:5:6]>",
                "<a@[IPv6:1:2:3:4:5:6:192.0.2.1]>",
                "<a@[IPv6:::192.0.2.1]>",
                "<a@[IPv6:::ffff:192.0.2.1]>",
                "<a@[IPv6:1:2::3:4:192.0.2.1]>",
                "<a@[IPv6:1:2:3:4::192.0.2.1]>",
                // general
                "<a@[tag:content]>",
                "<a@[-x:!\">@:]>",
                "<a@[IPv66:anything]>",
                "<a@[1:2]>",
                // source routes
                "<@a:user@c>",
                "<@a,@b:user@c>",
                "<@a.example,@b.example,@c.example:\"u,:@\"@d>",
                "<@a:user@[192.0.2.1]>",
                // UTF-8
                "<bücher@example.org>",
                "<用户.名@例子.中国>",
                "<\"ü ö\"@example.org>",
                "<a@bücher.example>",
                "<@bücher.example:a@b>",
                "<\uD83D\uDE00@example.org>", // U+1F600, four bytes
                "<\uDBFF\uDFFF\uE000\uD7FF@example.org>", // U+10FFFF, and the neighbours of the surrogates
                "<a@" + "ü".repeat(63) + ">"); // 126 bytes, 63 characters
    }

    @ParameterizedTest
    @MethodSource("mailboxPaths")
    void acceptsEveryValidPathUpToItsBracket(String path) {
        assertThat(endOfReversePath(path)).isEqualTo(length(path));
        assertThat(endOfForwardPath(path)).isEqualTo(length(path));
    }

    @ParameterizedTest
    @MethodSource("mailboxPaths")
    void rejectsAPathWithoutItsLastByte(String path) {
        byte[] o = path.getBytes(UTF_8);
        assertThat(PathSyntax.STRICT.endOfReversePath(o, 0, o.length - 1)).isEqualTo(-1);
        assertThat(PathSyntax.STRICT.endOfForwardPath(o, 0, o.length - 1)).isEqualTo(-1);
    }

    @Test
    void acceptsTheNullPathOnlyAsAReversePath() {
        assertThat(endOfReversePath("<>")).isEqualTo(2);
        assertThat(endOfForwardPath("<>")).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<Postmaster>", "<postmaster>", "<POSTMASTER>", "<pOsTmAsTeR>"})
    void acceptsPostmasterWithoutADomainOnlyAsAForwardPath(String path) {
        assertThat(endOfForwardPath(path)).isEqualTo(12);
        assertThat(endOfReversePath(path)).isEqualTo(-1);
    }

    static Stream<String> malformedPaths() {
        return Stream.of(
                // brackets
                "",
                "<",
                ">",
                "a@b",
                "a@b>",
                "<a@b",
                " <a@b>",
                "< >",
                "<<a@b>>",
                "< a@b>",
                "<a@b >",
                // local part
                "<a>",
                "<@b>",
                "<@>",
                "<a@>",
                "<.a@b>",
                "<a.@b>",
                "<a..b@c>",
                "<.@b>",
                "<a b@c>",
                "<a@b@c>",
                "<a,b@c>",
                "<a:b@c>",
                "<a;b@c>",
                "<a(b)@c>",
                "<a[b@c>",
                "<a\\b@c>",
                "<a\tb@c>",
                "<a\u0000b@c>",
                "<a\u007Fb@c>",
                "<a\rb@c>",
                "<postmasters>",
                "<postmaste>",
                "<p\u00CFSTMASTER>",
                "<Postmaster@>",
                "<\"postmaster\">",
                // quoted strings
                "<\"a@b>",
                "<\"@b>",
                "<a\"@b>",
                "<\"a\"b@c>",
                "<a\"b\"@c>",
                "<\"a\".b@c>",
                "<\"a\"\"b\"@c>",
                "<\"a\\\"@b>",
                "<\"a\tb\"@c>",
                "<\"a\\\tb\"@c>",
                "<\"a\nb\"@c>",
                "<\"\u007F\"@c>",
                "<\"\\\u007F\"@c>",
                "<\"\\ü\"@c>",
                "<\"a\" @b>",
                // domains
                "<a@.>",
                "<a@.b>",
                "<a@b.>",
                "<a@b..c>",
                "<a@-b>",
                "<a@b->",
                "<a@-b.c>",
                "<a@b-.c>",
                "<a@b.-c>",
                "<a@->",
                "<a@b_c>",
                "<a@b c>",
                "<a@b,c>",
                "<a@b:25>",
                "<a@\"b\">",
                "<a@d" + LABEL_OF_63 + ">",
                "<a@" + DOMAIN_OF_255.substring(2) + ".ee>", // 256 bytes, but no label is too long
                "<a@" + DOMAIN_OF_255 + ".e>",
                "<a@" + "ü".repeat(64) + ">",
                "<a@ü->",
                // address literals
                "<a@[]>",
                "<a@[>",
                "<a@[192.0.2.1>",
                "<a@192.0.2.1]>",
                "<a@[192.0.2]>",
                "<a@[192.0.2.]>",
                "<a@[192.0.2.1.]>",
                "<a@[192.0.2.1.5]>",
                "<a@[192.0..1]>",
                "<a@[.192.0.2.1]>",
                "<a@[256.0.0.1]>",
                "<a@[1.2.3.999]>",
                "<a@[1.2.3.0004]>",
                "<a@[1.2.3.x]>",
                "<a@[ 1.2.3.4]>",
                "<a@[1.2.3.4].b>",
                "<a@b.[1.2.3.4]>",
                "<a@[1.2.3.4][1.2.3.4]>",
                "<a@[IPv6:]>",
                "<a@[IPv6::]>",
                "<a@[IPv6::::]>",
                "<a@[IPv6:1]>",
                "<a@[IPv6::1]>",
                "<a@[IPv6:1:]>",
                "<a@[IPv6:1:2:3:4:5:6:7]>",
                "<a@[IPv6:1:2:3:4:5:6:7:]>",
                "<a@[IPv6:1:2:3:4:5:6:7:8:]>",
                "<a@[IPv6:1::2:]>",
                "<a@[IPv6:1:2:3:4:5:6:7:8:9]>",
                "<a@[IPv6:1:2:3:4:5:6:7::]>",
                "<a@[IPv6:1:2:3:4::5:6:7]>",
                "<a@[IPv6:::1:2:3:4:5:6:7]>",
                "<a@[IPv6:1::2::3]>",
                "<a@[IPv6:1:::2]>",
                "<a@[IPv6:12345::]>",
                "<a@[IPv6:g::]>",
                "<a@[IPv6:192.0.2.1]>",
                "<a@[IPv6:1:2:3:4:5:192.0.2.1]>",
                "<a@[IPv6:1:2:3:4:5:6:7:192.0.2.1]>",
                "<a@[IPv6:1:2:3::4:5:192.0.2.1]>",
                "<a@[IPv6:::192.0.2.256]>",
                "<a@[IPv6:::192.0.2]>",
                "<a@[IPv6:192.0.2.1::]>",
                "<a@[IPv6:1::%eth0]>",
                "<a@[tag]>",
                "<a@[tag:]>",
                "<a@[:content]>",
                "<a@[tag-:content]>",
                "<a@[t_g:content]>",
                "<a@[tag:a b]>",
                "<a@[tag:a[b]>",
                "<a@[tag:a\\b]>",
                "<a@[tag:ü]>",
                // source routes
                "<@a:>",
                "<@a>",
                "<@a,:user@c>",
                "<@a,b:user@c>",
                "<@a,@:user@c>",
                "<@:user@c>",
                "<@a;@b:user@c>",
                "<@a, @b:user@c>",
                "<@a:@b:user@c>",
                "<@[192.0.2.1]:user@c>",
                "<@a.:user@c>",
                "<@a user@c>",
                "<,@a:user@c>",
                "<@a:Postmaster>",
                // malformed UTF-8
                bytes("<a\u0080@b>"),
                bytes("<\u00C0\u0080@b>"),
                bytes("<\u00C1\u00BF@b>"),
                bytes("<\u00C3@b>"),
                bytes("<\u00C3"),
                bytes("<\u00E0\u009F\u00BF@b>"),
                bytes("<\u00ED\u00A0\u0080@b>"),
                bytes("<\u00ED\u00BF\u00BF@b>"),
                bytes("<\u00E2\u0082@b>"),
                bytes("<\u00F0\u008F\u00BF\u00BF@b>"),
                bytes("<\u00F4\u0090\u0080\u0080@b>"),
                bytes("<\u00F5\u0080\u0080\u0080@b>"),
                bytes("<\u00F0\u009F\u0098@b>"),
                bytes("<\u00FF@b>"),
                bytes("<\"\u00FF\"@b>"),
                bytes("<a@b\u00FF>"),
                bytes("<@b\u00FF:a@c>"));
    }

    /** Marks a text whose characters are bytes. */
    private static String bytes(String latin1) {
        return "octets " + latin1;
    }

    @ParameterizedTest
    @MethodSource("malformedPaths")
    void rejectsMalformedPathsWhateverFollows(String path) {
        byte[] o = path.startsWith("octets ") ? path.substring(7).getBytes(ISO_8859_1) : path.getBytes(UTF_8);
        byte[] surrounded = new byte[o.length + 8];
        System.arraycopy("<a>@b.c>".getBytes(UTF_8), 0, surrounded, o.length, 8);
        System.arraycopy(o, 0, surrounded, 0, o.length);
        assertThat(PathSyntax.STRICT.endOfReversePath(surrounded, 0, o.length)).isEqualTo(-1);
        assertThat(PathSyntax.STRICT.endOfForwardPath(surrounded, 0, o.length)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "\"a b\"@b", "a@[192.0.2.1]"})
    void findsTheEndOfAMailbox(String mailbox) {
        byte[] o = (mailbox + ">").getBytes(UTF_8);
        assertThat(PathSyntax.STRICT.endOfMailbox(o, 0, o.length)).isEqualTo(mailbox.length());
        assertThat(PathSyntax.STRICT.endOfMailbox(o, 0, mailbox.length())).isEqualTo(mailbox.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "client.example", "[192.0.2.1]", "[IPv6:::1]", "[tag:x]", "bücher.example"})
    void acceptsADomainOrALiteral(String name) {
        byte[] o = name.getBytes(UTF_8);
        assertThat(PathSyntax.STRICT.isDomainOrLiteral(o, 0, o.length)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "client.", "client example", "under_score", "[192.0.2.1", "[192.0.2.1]x", "[]", "a@b"})
    void acceptsNothingElseAsADomainOrALiteral(String name) {
        byte[] o = (name + "x").getBytes(UTF_8);
        assertThat(PathSyntax.STRICT.isDomainOrLiteral(o, 0, o.length - 1)).isFalse();
    }

    @Test
    void distinguishesAsciiFromOtherBytes() {
        byte[] o = "aü\u007F\u0000".getBytes(UTF_8);
        assertThat(PathSyntax.isAscii(o, 0, o.length)).isFalse();
        assertThat(PathSyntax.isAscii(o, 0, 1)).isTrue();
        assertThat(PathSyntax.isAscii(o, 3, o.length)).isTrue();
        assertThat(PathSyntax.isAscii(o, 1, 1)).isTrue();
    }

    @Test
    void agreesWithTheDecoderOnEveryCharacterOfUnicode() {
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
            byte[] o = encodeEvenSurrogates(character);
            if (PathSyntax.isUtf8(o, 0, o.length) == surrogate) {
                throw new AssertionError(String.format("U+%04X", character));
            }
        }
    }

    private static byte[] encodeEvenSurrogates(int c) {
        return c < 0xD800 || c > 0xDFFF
                ? Character.toString(c).getBytes(UTF_8)
                : new byte[] {(byte) (0xE0 | (c >> 12)), (byte) (0x80 | ((c >> 6) & 0x3F)), (byte) (0x80 | (c & 0x3F))};
    }

    /** The third byte is one of each kind; the other bytes take every value. */
    @Test
    void agreesWithTheDecoderOnBytesOfAnyKind() {
        byte[] o = new byte[3];
        for (int i = 0; i < 1 << 16; i++) {
            o[0] = (byte) (i >> 8);
            o[1] = (byte) i;
            for (int third : new int[] {0x00, 0x7F, 0x80, 0xBE, 0xC0, 0xFF}) { // not 0xBF, which would make U+FFFD
                o[2] = (byte) third;
                boolean wellFormed = !new String(o, UTF_8).contains("\uFFFD");
                if (PathSyntax.isUtf8(o, 0, 3) != wellFormed) {
                    throw new AssertionError(String.format("%04X%02X", i, third));
                }
            }
        }
    }

    private static int endOfReversePath(String path) {
        byte[] o = ("x" + path + " SIZE=1>").getBytes(UTF_8);
        return behindFirst(PathSyntax.STRICT.endOfReversePath(o, 1, o.length));
    }

    private static int endOfForwardPath(String path) {
        byte[] o = ("x" + path + " SIZE=1>").getBytes(UTF_8);
        return behindFirst(PathSyntax.STRICT.endOfForwardPath(o, 1, o.length));
    }

    private static int behindFirst(int end) {
        return end == -1 ? -1 : end - 1;
    }

    private static int length(String text) {
        return text.getBytes(UTF_8).length;
    }
}
