// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Envelope;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

/** One pass over a message. */
class MessageScanTest {
    private static Envelope envelope(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Envelope.of(bytes, bytes.length);
    }

    @Test
    void readsNoMoreThanTheHeaderIfAsked() throws Exception {
        String subject = "long ".repeat(1000) + "end";
        String body = "filler ".repeat(100_000);
        var source = new ByteArrayInputStream(("Subject: " + subject + "\r\n\r\n" + body).getBytes(UTF_8));
        MessageScan scan = MessageScan.ofHeader(envelope("From: <a@a.example>\nTo: <b@b.example>\n"), source);
        assertThat(scan.headers().decoded("Subject")).isEqualTo(subject);
        assertThat(scan.recipients()).containsExactly("b@b.example");
        assertThat(scan.sender()).isEqualTo("a@a.example");
        assertThat(source.available()).isGreaterThan(600_000);
    }

    @Test
    void aMalformedEnvelopeHasNoPaths() throws Exception {
        var source = new ByteArrayInputStream("Subject: x\r\n\r\n".getBytes(UTF_8));
        MessageScan scan = MessageScan.ofMessage(envelope("From: nonsense\nTo: <\n"), source);
        assertThat(scan.sender()).isEmpty();
        assertThat(scan.recipients()).isEmpty();
        assertThat(scan.bcc()).isEmpty();
    }
}
