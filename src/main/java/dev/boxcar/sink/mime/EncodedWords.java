// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;

/** Header text with its encoded words (RFC 2047) made readable. */
final class EncodedWords {
    private EncodedWords() {}

    /** The text decoded; as it is where it is malformed. Throws nothing. */
    static String decode(String text) {
        if (!text.contains("=?")) {
            return text;
        }
        try {
            return DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT, UTF_8);
        } catch (RuntimeException | StackOverflowError hostile) {
            return text;
        }
    }
}
