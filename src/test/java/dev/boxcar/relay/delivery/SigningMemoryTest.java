// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.boxcar.relay.delivery.OutboundContent.ReadyContent;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.DkimVerifier;
import dev.boxcar.relay.sign.SigningAlgorithm;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A large message is signed while it is read, and never in memory as a whole. */
class SigningMemoryTest {
    private static final int MIB = 1024 * 1024;
    private static final int SIZE = 50 * MIB;

    /** A message of 50 MiB that is made while it is read. */
    private record LargeMail(Envelope envelope) implements QueuedMail {
        private static final byte[] HEADER = "From: a@sender.example\r\nSubject: large\r\n\r\n".getBytes(US_ASCII);
        private static final byte[] LINES =
                ("a line  of the text" + " ".repeat(43) + "\r\n").repeat(1024).getBytes(US_ASCII);

        @Override
        public Instant received() {
            return Instant.EPOCH;
        }

        @Override
        public long bytes() {
            return HEADER.length + SIZE;
        }

        @Override
        public InputStream open() {
            List<InputStream> pieces = new java.util.ArrayList<>();
            pieces.add(new ByteArrayInputStream(HEADER));
            for (int i = 0; i < SIZE / LINES.length; i++) {
                pieces.add(new ByteArrayInputStream(LINES));
            }
            return new SequenceInputStream(Collections.enumeration(pieces));
        }

        @Override
        public String quarantine() {
            return "";
        }
    }

    private static Envelope envelope() {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("test", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = "<a@sender.example>".getBytes(US_ASCII);
        byte[] to = "<bob@there.example>".getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        writer.forwardPath(to, 0, to.length);
        return writer.finish(Instant.EPOCH, Set.of());
    }

    @Test
    void signingFiftyMebibytesAllocatesLessThanThree() throws Exception {
        var keys = new DkimVerifier();
        DkimSigner signer = DkimSigner.NONE.withKeys(List.of(
                keys.newKey("one", "sender.example", SigningAlgorithm.RSA),
                keys.newKey("two", "sender.example", SigningAlgorithm.ED25519)));
        var request = new DeliveryRequest(Ulid.NONE, envelope(), new LargeMail(envelope()), 1, List.of(0));
        DeliveryOptions options = DeliveryOptions.named("relay.example").withSigner(() -> signer);
        assertThat(LargeMail.LINES.length).isEqualTo(64 * 1024);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        new OutboundContent(request, options, MailRewriting.NONE).read(); // loads the classes

        long before = threads.getCurrentThreadAllocatedBytes();
        ReadyContent content = new OutboundContent(request, options, MailRewriting.NONE).read();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(content.dkim()).isEqualTo(DkimResult.SIGNED);
        assertThat(content.content().bytes()).isGreaterThan(SIZE);
        assertThat(allocated).isLessThan(3L * MIB);
    }
}
