// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentScanTest {
    private static final byte[] ALPHABET = "\r\n\r\n.ab \t\u000b\u00e4\0".getBytes(ISO_8859_1);

    @Test
    void strayLineEndsAreFoundWhereverAPieceEnds() {
        assertThat(scan("a\r\nb\r\n", 1).hasStrayLineEnds()).isFalse();
        assertThat(scan("a\nb\r\n", 1).hasStrayLineEnds()).isTrue();
        assertThat(scan("a\rb\r\n", 2).hasStrayLineEnds()).isTrue();
        assertThat(scan("a\r", 2).hasStrayLineEnds()).isTrue();
        assertThat(scan("a\r\r\n", 2).hasStrayLineEnds()).isTrue();
        assertThat(scan("a\r\n\n", 3).bareLineFeeds()).isEqualTo(1);
    }

    @Test
    void aDotThatBeginsALineOrAMissingLineEndMustBeDealtWithAfterData() {
        assertThat(scan("a.\r\nb.c\r\n", 3).isReadyForData()).isTrue();
        assertThat(scan("", 1).isReadyForData()).isTrue();
        for (int piece = 1; piece < 8; piece++) {
            assertThat(scan(".a\r\nb\r\n", piece).isReadyForData()).isFalse();
            assertThat(scan("a\r\n.\r\n", piece).isReadyForData()).isFalse();
            assertThat(scan("a\r\nb", piece).isReadyForData()).isFalse();
        }
    }

    /** A message longer than the eight bytes that are looked at together, against a search byte by byte. */
    @Test
    void anyTextHasTheResultOfASearchByteByByte() {
        var random = new Random(18);
        for (int round = 0; round < 20_000; round++) {
            var text = new byte[random.nextInt(60)];
            boolean isRich = random.nextBoolean();
            for (int i = 0; i < text.length; i++) {
                text[i] = isRich || random.nextInt(12) == 0 ? ALPHABET[random.nextInt(ALPHABET.length)] : (byte) 'x';
            }
            String whole = new String(text, ISO_8859_1);
            ContentScan scan = scan(whole, 1 + random.nextInt(20));
            assertThat(scan.bareLineFeeds()).as(whole).isEqualTo(bareLineFeeds(whole));
            assertThat(scan.hasStrayLineEnds())
                    .as(whole)
                    .isEqualTo(whole.replace("\r\n", "").matches("(?s).*[\r\n].*"));
            assertThat(scan.isEightBit()).as(whole).isEqualTo(whole.contains("\u00e4"));
            assertThat(scan.isReadyForData()).as(whole).isEqualTo(whole.matches("(?:(?!\\.)[^\r\n]*\r\n)*"));
        }
    }

    private static long bareLineFeeds(String text) {
        return text.replace("\r\n", "").chars().filter(c -> c == '\n').count();
    }

    private static ContentScan scan(String text, int pieceBytes) {
        var scan = new ContentScan();
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            byte[] piece = new byte[64]; // larger than its content, as a reused buffer is
            Arrays.fill(piece, (byte) '\n');
            int length = Math.min(pieceBytes, bytes.length - from);
            System.arraycopy(bytes, from, piece, 0, length);
            scan.add(piece, length);
        }
        return scan;
    }
}
