// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.relay.maildrop.MaildropWriter;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the messages of an SMTP session into the maildrop. It writes files on the loop, which serves this session alone.
 */
final class MaildropSink implements MessageSink {
    private static final Logger LOG = LoggerFactory.getLogger(MaildropSink.class);

    private final Path spool;

    MaildropSink(Path spool) {
        this.spool = spool;
    }

    @Override
    public Admission admits(long declaredBytes) {
        return Admission.ADMITTED;
    }

    @Override
    public Incoming begin(Executor loop) {
        return new IncomingFile(spool);
    }

    private static final class IncomingFile implements Incoming {
        private @Nullable MaildropWriter writer;

        IncomingFile(Path spool) {
            try {
                writer = MaildropWriter.begin(spool);
            } catch (IOException e) {
                failed(e);
            }
        }

        private void failed(IOException e) {
            LOG.error("the maildrop cannot be written: {}", e.toString());
            abandon();
        }

        @Override
        public String id() {
            return writer == null ? "none" : writer.name();
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            try {
                if (writer != null) {
                    writer.write(bytes, from, to);
                }
            } catch (IOException e) {
                failed(e);
            }
        }

        @Override
        public void commit(Envelope envelope, CommitCallback done) {
            CommitOutcome outcome = CommitOutcome.FAULT;
            try {
                if (writer != null) {
                    writer.commit(envelope);
                    outcome = CommitOutcome.STORED;
                }
            } catch (IOException e) {
                failed(e);
            }
            abandon(); // what is committed stays
            done.complete(outcome);
        }

        @Override
        public void abandon() {
            MaildropWriter open = writer;
            writer = null;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                LOG.warn("the maildrop cannot be written: {}", e.toString());
            }
        }
    }
}
