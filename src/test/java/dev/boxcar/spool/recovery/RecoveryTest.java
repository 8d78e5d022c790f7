// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a spool recovers what an earlier process left. */
class RecoveryTest {
    private static final SegmentName NAME = new SegmentName(1, 0x9f86d081884cL);

    @TempDir
    Path directory;

    /** A record as in a segment, including the separator. */
    private static byte[] record(RecordType type, Ulid id, String text, String body, long sequence, long durable) {
        byte[] payload = (text + body).getBytes(UTF_8);
        var crc = new CRC32C();
        crc.update(payload);
        int textLength = text.getBytes(UTF_8).length;
        var bytes = new byte[RecordHeader.LENGTH + payload.length + 1];
        new RecordHeader(type, id, textLength, payload.length - textLength, sequence, NAME.epoch(), durable, (int)
                        crc.getValue())
                .putInto(bytes, new CRC32C());
        System.arraycopy(payload, 0, bytes, RecordHeader.LENGTH, payload.length);
        bytes[bytes.length - 1] = '\n';
        return bytes;
    }

    private static byte[] message(int number, long durable) {
        return record(RecordType.MESSAGE, id(number), "From: <a@b>\n", "message " + number, number, durable);
    }

    private static Ulid id(int number) {
        return new Ulid(number, number);
    }

    private void write(byte[]... records) throws IOException {
        Path file = NAME.in(directory.resolve("segment"));
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        for (byte[] record : records) {
            Files.write(file, record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private List<Ulid> recovered() throws IOException {
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            for (Ulid id : spool.ids()) {
                assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo("message " + id.low());
            }
            return spool.ids();
        }
    }

    private List<Path> corrupt() throws IOException {
        if (!Files.isDirectory(directory.resolve("corrupt"))) {
            return List.of();
        }
        try (var files = Files.list(directory.resolve("corrupt"))) {
            return files.toList();
        }
    }

    @Test
    void cutsATornTailAtAnyByte() throws IOException {
        byte[] torn = message(3, 1);
        for (int length = 0; length < torn.length - 1; length++) {
            write(message(1, 0), message(2, 1), Arrays.copyOf(torn, length));
            assertThat(recovered()).as("torn at %s", length).containsExactly(id(1), id(2));
            if (length % 32 == 0) {
                assertThat(recovered()).as("again, torn at %s", length).containsExactly(id(1), id(2));
            }
            assertThat(corrupt()).isEmpty();
            assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        }
        // Only the separator is missing: an undamaged record is never dropped.
        write(message(1, 0), message(2, 1), Arrays.copyOf(torn, torn.length - 1));
        assertThat(recovered()).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void appendsNewRecordsAfterATornTail() throws IOException {
        write(message(1, 0), Arrays.copyOf(message(2, 0), 100));
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            Mail.stored(spool, "message 2, another");
        }
        var seen = new ArrayList<String>();
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            spool.follow(1, record -> seen.add(record.sequence() + " " + Mail.text(record)));
        }
        assertThat(seen).containsExactly("1 message 1", "2 message 2, another");
    }

    @Test
    void aFlippedBitCostsOnlyItsRecord() throws IOException {
        byte[] rotten = message(2, 0);
        for (int b = 0; b < rotten.length - 1; b++) {
            byte[] flipped = rotten.clone();
            flipped[b] ^= 0x10;
            write(message(1, 0), flipped, message(3, 2));
            assertThat(SpoolReader.verify(directory).problems())
                    .as("byte %s", b)
                    .hasSize(1);
            assertThat(recovered()).as("byte %s", b).containsExactly(id(1), id(3));
            Path copy = corrupt().get(0);
            assertThat(Files.readAllBytes(copy)).startsWith(Arrays.copyOf(flipped, flipped.length - 1));
            Files.delete(copy);
        }
    }

    @Test
    void aFlippedBitInTheLastForcedRecordIsDamageNotATornTail() throws IOException {
        byte[] flipped = message(3, 0);
        flipped[RecordHeader.LENGTH + 20] ^= 1;
        write(message(1, 0), message(2, 0), flipped, record(RecordType.MARK, Ulid.NONE, "", "", 3, 3));
        assertThat(recovered()).containsExactly(id(1), id(2));
        assertThat(corrupt()).hasSize(1);

        // Also with the mark before it: the record's own header says that it was forced.
        Files.delete(corrupt().get(0));
        byte[] below = message(3, 3);
        below[RecordHeader.LENGTH + 20] ^= 1;
        write(message(1, 0), record(RecordType.MARK, Ulid.NONE, "", "", 3, 3), below);
        assertThat(SpoolReader.verify(directory).problems()).hasSize(1);
        assertThat(recovered()).containsExactly(id(1));
        assertThat(corrupt()).hasSize(1);
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            var seen = new java.util.concurrent.CompletableFuture<Long>();
            spool.follow(1, record -> {
                if (record.sequence() > 1) {
                    seen.complete(record.sequence());
                }
            });
            Mail.stored(spool, "new");
            assertThat(Mail.get(seen)).isEqualTo(4); // 3 was in use
        }
    }

    @Test
    void ignoresRecordsOfAnEarlierUseOfTheFile() throws IOException {
        byte[] stale = message(9, 8);
        write(message(1, 0), stale);
        Path file = NAME.in(directory.resolve("segment"));
        var otherUse = new SegmentName(1, 0x1L);
        Files.move(file, otherUse.in(directory.resolve("segment")));
        assertThat(recovered()).isEmpty();
    }

    @Test
    void ignoresLineFeedsBetweenAndAfterRecords() throws IOException {
        write(
                message(1, 0),
                "\n".repeat(1000).getBytes(UTF_8),
                message(2, 1),
                "\n".repeat(300_000).getBytes(UTF_8));
        assertThat(recovered()).containsExactly(id(1), id(2));
        assertThat(corrupt()).isEmpty();
        assertThat(SpoolReader.verify(directory).unfinishedBytes()).isZero();
    }

    @Test
    void recoversStatesAndDeletions() throws IOException {
        Ulid kept;
        Ulid gone;
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            kept = Mail.stored(spool, "kept");
            gone = Mail.stored(spool, "gone");
            spool.putState(kept, "inbox", KeyValueText.of(Map.of("Read", "true")), Runnable::run, outcome -> {});
            spool.markDone(gone, "deleted", Runnable::run, outcome -> {});
        }
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            assertThat(spool.ids()).containsExactly(kept);
            assertThat(spool.find(gone)).isNull();
            assertThat(Objects.requireNonNull(spool.states(kept).get("inbox")).first("Read"))
                    .isEqualTo("true");
        }
    }

    @Test
    void readsABlobRecordFromItsFile() throws IOException {
        var crc = new CRC32C();
        crc.update("message 1".getBytes(UTF_8));
        String reference = new BlobReference("blob/00/x.eml", 9, BlobReference.hexadecimal(crc.getValue())).text();
        write(record(RecordType.BLOB, id(1), "From: <a@b>\n", reference, 1, 0));
        assertThat(SpoolReader.verify(directory).problems()).hasSize(1);
        Files.createDirectories(directory.resolve("blob/00"));
        Files.writeString(directory.resolve("blob/00/x.eml"), "message 1");
        assertThat(recovered()).containsExactly(id(1));
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
    }

    @Test
    void rejectsAnUnknownTypeOrANewerVersion() throws IOException {
        byte[] unknown = message(1, 0);
        replace(unknown, 9, "FUTURE ");
        write(unknown);
        assertThatThrownBy(this::recovered)
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("unknown type FUTURE")
                .hasMessageContaining(NAME.toString());
        byte[] newer = message(1, 0);
        replace(newer, 7, "2");
        write(newer);
        assertThatThrownBy(this::recovered).isInstanceOf(SpoolException.class).hasMessageContaining("format version 2");
    }

    /** Puts {@code text} into a header and corrects its CRC. */
    private static void replace(byte[] record, int at, String text) {
        System.arraycopy(text.getBytes(ISO_8859_1), 0, record, at, text.length());
        var crc = new CRC32C();
        crc.update(record, 0, 119);
        byte[] sum = String.format("%08x", crc.getValue()).getBytes(ISO_8859_1);
        System.arraycopy(sum, 0, record, 119, 8);
    }

    @Test
    void rejectsAnotherFormatInOneLine() throws IOException {
        Files.writeString(directory.resolve("format"), "boxcar spool format 2\n");
        assertThatThrownBy(this::recovered)
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("another format ('boxcar spool format 2')")
                .hasMessageNotContaining("\n");
    }

    @Test
    void rejectsAFileInPlaceOfADirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> SegmentSpool.open(file, SpoolOptions.DEFAULTS, e -> {}))
                .isInstanceOf(SpoolException.class)
                .hasMessage("the spool " + file + " is not a directory: name another one");
    }

    @Test
    void allowsOneWriter() throws IOException {
        long pid = ProcessHandle.current().pid();
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            assertThatThrownBy(() -> SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}))
                    .isInstanceOf(SpoolException.class)
                    .hasMessage("the spool " + directory + " is in use by another process (pid " + pid
                            + "): stop that process, or name another spool");
            Mail.stored(spool, "still served");
        }
        assertThat(Mail.ids(directory)).hasSize(1);
    }

    /** Another JVM has the lock until its standard input ends. */
    @Test
    void allowsOneWriterAcrossProcesses() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}))
                    .isInstanceOf(SpoolException.class)
                    .hasMessageContaining("in use by another process (pid " + other.pid() + ")");
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(Mail.SECONDS, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}).close(); // a dead process has no lock
    }

    /** The other process. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            Spool spool = SegmentSpool.open(Path.of(arguments[0]), SpoolOptions.DEFAULTS, e -> {});
            System.out.println("held");
            System.in.read();
            spool.close();
        }
    }

    @Test
    void copiesDamagedBytesAtALaterStartWhenTheDiskIsFull() throws IOException {
        byte[] rotten = message(2, 1);
        rotten[rotten.length - 3] ^= 0x04;
        write(message(1, 0), rotten, message(3, 2));
        var full = new FaultyDisk();
        full.unwritable = path -> path.startsWith(directory.resolve("corrupt"));
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}, full)) {
            assertThat(spool.ids()).containsExactly(id(1), id(3));
        }
        assertThat(directory.resolve("corrupt")).isEmptyDirectory();
        full.unwritable = path -> false;
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}, full)) {
            assertThat(spool.ids()).containsExactly(id(1), id(3));
        }
        assertThat(directory.resolve("corrupt")).isNotEmptyDirectory();
    }
}
