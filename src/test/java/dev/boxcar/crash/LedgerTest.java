// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger detects lost, duplicate, changed and undeleted messages. */
class LedgerTest {
    @TempDir
    Path directory;

    private final Ledger ledger = new Ledger();
    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS.withSync(Sync.NONE), e -> {});
    }

    @AfterEach
    void close() throws Exception {
        spool.close();
    }

    private Ulid store(byte[] bytes) throws Exception {
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        arrival.write(bytes, 0, bytes.length);
        byte[] lines = "From: <a@b.example>\n".getBytes(UTF_8);
        var outcome = new CompletableFuture<CommitOutcome>();
        arrival.commit(Envelope.of(lines, lines.length), outcome::complete);
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        return Objects.requireNonNull(Ulid.parse(arrival.id()));
    }

    @Test
    void acceptsCompleteMessagesAcknowledgedOrNot() throws Exception {
        long first = ledger.next();
        ledger.acknowledged(first, store(NumberedMessage.bytes(first)));
        store(NumberedMessage.bytes(ledger.next()));
        ledger.next(); // sent but not stored
        assertThat(ledger.check(directory, true)).isEqualTo(1);
    }

    @Test
    void reportsAMissingAcknowledgedMessage() {
        ledger.acknowledged(ledger.next(), spool.newId());
        assertThatThrownBy(() -> ledger.check(directory, true)).hasMessageContaining("is stored");
    }

    @Test
    void reportsADuplicateMessage() throws Exception {
        long number = ledger.next();
        ledger.acknowledged(number, store(NumberedMessage.bytes(number)));
        store(NumberedMessage.bytes(number));
        assertThatThrownBy(() -> ledger.check(directory, true)).isInstanceOf(AssertionError.class);
    }

    @Test
    void reportsAChangedOrMissingByte() throws Exception {
        long number = ledger.next();
        byte[] bytes = NumberedMessage.bytes(number);
        bytes[bytes.length - 3] ^= 1;
        store(bytes);
        assertThatThrownBy(() -> ledger.check(directory, true)).hasMessageContaining("bytes of message");
    }

    @Test
    void reportsADeletedMessageOnlyIfItIsStillStored() throws Exception {
        ledger.beginDeletions();
        for (int i = 0; i < 6; i++) {
            long number = ledger.next();
            ledger.acknowledged(number, store(NumberedMessage.bytes(number)));
        }
        Ulid first = Objects.requireNonNull(ledger.toDelete());
        Ulid second = Objects.requireNonNull(ledger.toDelete());
        ledger.endDeletions();
        assertThat(ledger.toDelete()).isNull();
        assertThat(ledger.check(directory, true))
                .isZero(); // deletions not answered: both are still stored and must stay so
        delete(first);
        assertThatThrownBy(() -> ledger.check(directory, true)).hasMessageContaining("is stored");
        ledger.deleted(first);
        assertThat(ledger.check(directory, true)).isZero();
        ledger.deleted(second);
        assertThatThrownBy(() -> ledger.check(directory, true)).hasMessageContaining("was deleted but is stored");
    }

    private void delete(Ulid id) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(id, "deleted", Runnable::run, outcome::complete);
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
    }

    @Test
    void reportsATruncatedMessage() throws Exception {
        byte[] bytes = NumberedMessage.bytes(ledger.next());
        store(Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> ledger.check(directory, true)).hasMessageContaining("length of message");
    }

    @Test
    void stuffsDotsForData() {
        assertThat(new String(NumberedMessage.stuffed("a\r\n.b\r\n..\r\n".getBytes(ISO_8859_1)), ISO_8859_1))
                .isEqualTo("a\r\n..b\r\n...\r\n.\r\n");
        assertThat(NumberedMessage.numberOf(NumberedMessage.bytes(42))).isEqualTo(42);
        assertThat(NumberedMessage.numberOf("Subject: x\r\n".getBytes(ISO_8859_1)))
                .isEqualTo(-1);
    }
}
