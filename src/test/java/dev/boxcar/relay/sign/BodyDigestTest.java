// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The canonical forms of bodies (RFC 6376 §3.4.3, §3.4.4). */
class BodyDigestTest {
    private static byte[] digest(Canonicalization form, String body, int piece) {
        var digest = new BodyDigest(form);
        byte[] bytes = body.getBytes(ISO_8859_1);
        for (int from = 0; from < bytes.length; from += piece) {
            digest.add(bytes, from, Math.min(bytes.length, from + piece));
        }
        return digest.finish();
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1));
    }

    /** In the texts, N stands for CRLF, S for a space, T for a tab, C for a bare CR, L for a bare LF and 0 for NUL. */
    private static String text(String notation) {
        return notation.replace("-", "")
                .replace("N", "\r\n")
                .replace('S', ' ')
                .replace('T', '\t')
                .replace('C', '\r')
                .replace('L', '\n')
                .replace('0', '\0');
    }

    @ParameterizedTest
    @CsvSource({
        "-, N, -", // an empty body
        "N, N, -",
        "NNNNN, N, -", // empty lines only
        "SN, SN, -", // a line of spaces is empty if relaxed
        "a, aN, aN", // without a last line end
        "aN, aN, aN",
        "aNNN, aN, aN",
        "aSSbN, aSSbN, aSbN",
        "STaTSN, STaTSN, SaN",
        "aSNSN, aSNSN, aN",
        "aNNSTNbN, aNNSTNbN, aNNNbN",
        "aCbN, aCbN, aCbN",
        "aLbN, aLbN, aLbN",
        "aNLbN, aNLbN, aNLbN",
        "CCN, CCN, CCN",
        "aC, aCN, aCN",
        "0a0N, 0a0N, 0a0N",
    })
    void bodiesHaveTheCanonicalFormsOfTheRfc(String body, String simple, String relaxed) throws Exception {
        for (int piece = 1; piece <= 4; piece++) {
            assertThat(digest(Canonicalization.SIMPLE, text(body), piece)).isEqualTo(sha256(text(simple)));
            assertThat(digest(Canonicalization.RELAXED, text(body), piece)).isEqualTo(sha256(text(relaxed)));
        }
    }

    /** The relaxed form, written as the RFC says it. */
    private static String relaxed(String body) {
        String reduced = body.replaceAll("[ \t]+\r\n", "\r\n").replaceAll("[ \t]+", " ");
        String text = reduced.replaceAll("(\r\n)*\\z", "");
        return text.isEmpty() ? "" : text + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomBodiesInPiecesOfAnySizeHaveTheRelaxedFormOfTheRfc(long seed) throws Exception {
        var random = new Random(seed);
        String[] words = {"a", " ", "\t", "\r\n", "\r\n", "bc", "\0", "\u00e9"};
        for (int i = 0; i < 300; i++) {
            var body = new StringBuilder();
            for (int words0 = random.nextInt(30); words0 > 0; words0--) {
                body.append(words[random.nextInt(words.length)]);
            }
            body.append("\r\n");
            assertThat(digest(Canonicalization.RELAXED, body.toString(), 1 + random.nextInt(7)))
                    .isEqualTo(sha256(relaxed(body.toString())));
        }
    }

    @Test
    void aLongLineAndManyEmptyLinesBeforeTheEndAreDigested() throws Exception {
        String body = "x".repeat(100_000) + "\r\n".repeat(50_000) + "y\r\n";
        assertThat(digest(Canonicalization.SIMPLE, body, 4096)).isEqualTo(sha256(body));
        assertThat(digest(Canonicalization.RELAXED, body, 4096)).isEqualTo(sha256(body));
    }
}
