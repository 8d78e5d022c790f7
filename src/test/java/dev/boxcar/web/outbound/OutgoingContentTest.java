// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What leaves when a message is released: CRLF only (RFC 5321 §2.3.8), and no Bcc (RFC 5322 §3.6.3). */
class OutgoingContentTest {
    @Test
    void makesEveryLineEndCrlf() {
        assertThat(released("a: b\r\n\r\none\ntwo\rthree\r\nfour\r\r\nfive\n\r\n"))
                .isEqualTo("a: b\r\n\r\none\r\ntwo\r\nthree\r\nfour\r\n\r\nfive\r\n\r\n");
        assertThat(released("a: b\n\nfirst\n.\nMAIL FROM:<evil@example.org>\n"))
                .isEqualTo("a: b\r\n\r\nfirst\r\n.\r\nMAIL FROM:<evil@example.org>\r\n");
        assertThat(released("a: b\r")).isEqualTo("a: b\r\n");
    }

    @Test
    void removesBccWhateverTheLineEnds() {
        assertThat(released("Bcc: x@y\nTo: b@y\n\nBcc: stays\n")).isEqualTo("To: b@y\r\n\r\nBcc: stays\r\n");
        assertThat(released("To: b@y\nbcc : x@y,\n\tz@y\r\nSubject: s\r\n\r\n"))
                .isEqualTo("To: b@y\r\nSubject: s\r\n\r\n");
        assertThat(released("To: b@y\rBcc: x@y\r\r")).isEqualTo("To: b@y\r\n\r\n");
        assertThat(released("To: b@y\r\nResent-Bcc: x@y\r\n")).isEqualTo("To: b@y\r\n");
    }

    private static String released(String message) {
        return new String(OutgoingContent.of(message.getBytes(ISO_8859_1)), ISO_8859_1);
    }
}
