// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A character set as mail names it. Labels mean what they mean to browsers and mail programs: {@code iso-8859-1} is
 * windows-1252, {@code gb2312} is GB 18030 (https://encoding.spec.whatwg.org/#names-and-labels). Immutable.
 */
public final class MailCharset {
    /**
     * The labels of the WHATWG encoding standard. Each line begins with the name of the Java charset that decodes text
     * with these labels best. Other labels mean what they mean to Java.
     */
    private static final String LABELS = """
            UTF-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
            IBM866: 866 cp866 csibm866 ibm866
            ISO-8859-2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
            ISO-8859-3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
            ISO-8859-4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
            ISO-8859-5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
            ISO-8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e
            ISO-8859-6: iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
            ISO-8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597
            ISO-8859-7: iso_8859-7 iso_8859-7:1987 sun_eu_greek
            ISO-8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598
            ISO-8859-8: iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical
            ISO-8859-10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
            ISO-8859-13: iso-8859-13 iso8859-13 iso885913
            ISO-8859-14: iso-8859-14 iso8859-14 iso885914
            ISO-8859-15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
            ISO-8859-16: iso-8859-16
            KOI8-R: cskoi8r koi koi8 koi8-r koi8_r
            KOI8-U: koi8-ru koi8-u
            x-MacRoman: csmacintosh mac macintosh x-mac-roman
            x-windows-874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
            windows-1250: cp1250 windows-1250 x-cp1250
            windows-1251: cp1251 windows-1251 x-cp1251
            windows-1252: ansi_x3.4-1968 cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591
            windows-1252: iso_8859-1 iso_8859-1:1987 l1 latin1 windows-1252 x-cp1252
            windows-1253: cp1253 windows-1253 x-cp1253
            windows-1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5
            windows-1254: latin5 windows-1254 x-cp1254
            windows-1255: cp1255 windows-1255 x-cp1255
            windows-1256: cp1256 windows-1256 x-cp1256
            windows-1257: cp1257 windows-1257 x-cp1257
            windows-1258: cp1258 windows-1258 x-cp1258
            x-MacCyrillic: x-mac-cyrillic
            x-MacUkraine: x-mac-ukrainian
            GB18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030
            Big5-HKSCS: big5 big5-hkscs cn-big5 csbig5 x-x-big5
            x-eucJP-Open: cseucpkdfmtjapanese euc-jp x-euc-jp
            x-windows-50221: csiso2022jp iso-2022-jp
            windows-31j: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
            x-windows-949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601
            x-windows-949: ksc_5601 windows-949
            UTF-16BE: unicodefffe utf-16be
            UTF-16LE: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
            """;

    /** More labels that occur in mail, in the form of {@link #LABELS}. */
    private static final String MAIL_LABELS = """
            HZ: hz hz-gb-2312
            UTF-7: utf-7 unicode-1-1-utf-7 csunicode11utf7 x-unicode-2-0-utf-7
            windows-31j: cp932 windows-932 x-ms-cp932
            GB18030: cp936 windows-936 ms936
            x-windows-949: cp949 ms949
            Big5-HKSCS: cp950 windows-950 ms950
            x-windows-874: cp874
            """;

    /** Labels of ASCII in letters and digits; {@code default} is one of them in Java. */
    private static final Set<String> ASCII_LABELS = Set.of("usascii", "ascii", "default");

    private static final Map<String, String> NAMES = names();

    private static final Map<String, Decoder> OWN_DECODERS = Map.of(
            "UTF-7", Utf7::decode,
            "ISO-8859-10", Iso8859::decode10,
            "ISO-8859-14", Iso8859::decode14,
            "GB18030", Chinese::decode,
            "HZ", Chinese::decodeHz);

    private static final MailCharset WINDOWS_1252 = java(Charset.forName("windows-1252"));
    private static final String ESCAPED_JAPANESE = "\u001B$";

    private final String name;
    private final Decoder decoder;

    /** Decodes bytes; what is invalid becomes U+FFFD. */
    private interface Decoder {
        String decode(byte[] bytes, int length);
    }

    private MailCharset(String name, Decoder decoder) {
        this.name = name;
        this.decoder = decoder;
    }

    private static MailCharset java(Charset charset) {
        return new MailCharset(charset.name(), (bytes, length) -> new String(bytes, 0, length, charset));
    }

    private static Map<String, String> names() {
        var names = new HashMap<String, String>();
        for (String line : (LABELS + MAIL_LABELS).split("\n", -1)) {
            int colon = line.indexOf(": ");
            for (String label :
                    line.substring(colon < 0 ? line.length() : colon + 2).split(" ", -1)) {
                names.put(label, line.substring(0, colon < 0 ? 0 : colon));
                names.putIfAbsent(lettersAndDigits(label), line.substring(0, colon < 0 ? 0 : colon));
            }
        }
        names.remove("");
        return Map.copyOf(names);
    }

    private static String lettersAndDigits(String label) {
        return label.replaceAll("[^a-z0-9]", "");
    }

    /** The character set with this label; null if it is missing, unknown or ASCII, so that it must be guessed. */
    public static @Nullable MailCharset of(String label) {
        String clean = label.strip().toLowerCase(Locale.ROOT).replaceAll("^(?:3d)?[\"'\\s]+|[\"'\\s;,]+$", "");
        String letters = lettersAndDigits(clean);
        if (letters.isEmpty() || ASCII_LABELS.contains(letters)) {
            return null; // a program that labels other text as ASCII does not know its character set: it is guessed
        }
        String name = NAMES.get(clean);
        MailCharset known = name != null ? named(name) : supported(valid(clean));
        if (known != null || letters.equals(clean)) {
            return known; // Java takes long to find that it does not know a label, so it is asked once
        }
        String similar = NAMES.get(letters);
        return similar != null ? named(similar) : supported(valid(letters)); // such as cp-850
    }

    private static MailCharset named(String name) {
        Decoder own = OWN_DECODERS.get(name);
        if (own != null) {
            return new MailCharset(name, own);
        }
        MailCharset found = supported(name);
        return found == null ? WINDOWS_1252 : found; // a reduced Java may lack rare charsets
    }

    private static @Nullable MailCharset supported(String name) {
        return Charset.isSupported(name) ? java(Charset.forName(name)) : null;
    }

    /** The label, or a valid one that names nothing: {@link Charset#isSupported} throws on invalid labels. */
    private static String valid(String label) {
        return label.matches("[a-z0-9][a-z0-9+.:_-]*") ? label : "x-invalid-label";
    }

    /** Decodes the first {@code length} bytes. A byte order mark overrides the label. */
    public String decode(byte[] bytes, int length) {
        MailCharset marked = byteOrderMark(bytes, length);
        String text = (marked == null ? this : marked).decoder.decode(bytes, length);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Decodes text whose label is missing or unknown. */
    public static String guess(byte[] bytes, int length) {
        return guess(bytes, length, null);
    }

    /** Decodes text without a label; {@code otherwise} is its character set if it is not UTF-8, null if unknown. */
    public static String guess(byte[] bytes, int length, @Nullable MailCharset otherwise) {
        MailCharset marked = byteOrderMark(bytes, length);
        if (marked != null) {
            return marked.decode(bytes, length);
        }
        try {
            String text = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            MailCharset japanese = text.contains(ESCAPED_JAPANESE) ? of("iso-2022-jp") : null;
            return japanese == null ? text : japanese.decode(bytes, length);
        } catch (CharacterCodingException notUtf8) {
            return (otherwise == null ? WINDOWS_1252 : otherwise).decode(bytes, length);
        }
    }

    /** Decodes text with this label. */
    public static String decode(String label, byte[] bytes, int length) {
        MailCharset charset = of(label);
        return charset == null ? guess(bytes, length) : charset.decode(bytes, length);
    }

    private static @Nullable MailCharset byteOrderMark(byte[] bytes, int length) {
        if (length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            return of("utf-8");
        }
        if (length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
            return of("utf-16le");
        }
        if (length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF) {
            return of("utf-16be");
        }
        return null;
    }

    /** Whether both are the same character set, so that a character may be split over two texts in them. */
    public boolean isSameAs(@Nullable MailCharset other) {
        return other != null && name.equals(other.name);
    }

    /** The name of the character set, whichever of its labels the mail used. */
    public String name() {
        return name;
    }
}
