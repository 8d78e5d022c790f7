// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.relay.maildrop.MaildropWriter;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** Puts a message into the maildrop of the local relay, which may be down. */
final class MaildropOutlet implements MessageOutlet {
    private static final Set<Envelope.Flag> REGULAR = EnumSet.noneOf(Envelope.Flag.class);

    private final MaildropWriter writer;
    private final String hostname;

    private MaildropOutlet(MaildropWriter writer, String hostname) {
        this.writer = writer;
        this.hostname = hostname;
    }

    static MaildropOutlet open(Path spool, String hostname) throws SendmailException {
        try {
            return new MaildropOutlet(MaildropWriter.begin(spool), hostname);
        } catch (IOException e) {
            throw new SendmailException(
                    SendmailException.CANNOT_CREATE, "the spool " + spool + " cannot be written: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replaceFirst("Exception$", "") + " " + e.getMessage();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        writer.write(bytes, 0, bytes.length);
    }

    @Override
    public void submit(SubmissionEnvelope submission, boolean isEightBit) throws IOException {
        var envelope = new EnvelopeWriter(EnvelopeWriter.preamble("maildrop", "local", hostname, "local"));
        boolean isUtf8 = !isAscii(submission.sender().toString());
        for (ForwardPath recipient : submission.recipients()) {
            isUtf8 |= !isAscii(recipient.toString());
        }
        byte[] sender = Utf8.encode(submission.sender()
                + word(isEightBit ? "BODY=8BITMIME" : "")
                + word(isUtf8 ? "SMTPUTF8" : "")
                + word(submission.mailParameters()));
        envelope.reversePath(sender, 0, sender.length);
        for (ForwardPath recipient : submission.recipients()) {
            byte[] line = Utf8.encode(recipient + word(submission.recipientParameters()));
            envelope.forwardPath(line, 0, line.length);
        }
        writer.commit(envelope.finish(Instant.now(), REGULAR));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String word(String parameter) {
        return parameter.isEmpty() ? "" : " " + parameter;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
