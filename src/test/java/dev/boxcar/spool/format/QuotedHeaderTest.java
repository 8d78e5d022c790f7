// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.spool.Mail;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged message may quote a header of an unknown format. The spool opens nevertheless. */
class QuotedHeaderTest {
    private static final SpoolOptions OPTIONS = SpoolOptions.DEFAULTS.withSync(Sync.NONE);

    @TempDir
    Path directory;

    private Path segment = Path.of("none");
    private String bytes = "";
    private Ulid before = Ulid.NONE;
    private Ulid quoting = Ulid.NONE;
    private Ulid after = Ulid.NONE;

    /** A valid header, but of version 2. */
    private static String newer(long epoch) {
        var line = new byte[RecordHeader.LENGTH];
        RecordHeader.withoutPayload(RecordType.MESSAGE, 1, epoch, 0).putInto(line, new CRC32C());
        line[RecordHeader.MAGIC.length] = '2';
        var crc = new CRC32C();
        crc.update(line, 0, RecordHeader.LENGTH - 9);
        String text = new String(line, 0, RecordHeader.LENGTH - 9, ISO_8859_1);
        return text + BlobReference.hexadecimal(crc.getValue()) + "\n";
    }

    @BeforeEach
    void write() throws IOException {
        try (Spool spool = open()) {
            before = Mail.stored(spool, "before");
            quoting = Mail.stored(spool, "as follows:\n" + newer(7) + "and so on");
            after = Mail.stored(spool, "after");
        }
        try (var files = Files.list(directory.resolve("segment"))) {
            segment = files.findFirst().orElseThrow();
        }
        bytes = Files.readString(segment, ISO_8859_1);
    }

    private Spool open() throws SpoolException {
        return SegmentSpool.open(directory, OPTIONS, e -> {});
    }

    private int header(Ulid id) {
        return bytes.lastIndexOf("@boxcar1", bytes.indexOf(id.toString()));
    }

    private void flip(int offset) throws IOException {
        byte[] changed = bytes.getBytes(ISO_8859_1);
        changed[offset] ^= 0x04;
        Files.write(segment, changed);
    }

    @Test
    void servesOtherMessagesWhenTheBodyIsDamaged() throws IOException {
        flip(bytes.indexOf("and so on"));
        assertOthersAreServed();
    }

    @Test
    void servesOtherMessagesWhenTheHeaderIsDamaged() throws IOException {
        flip(header(quoting) + 20);
        assertOthersAreServed();
    }

    private void assertOthersAreServed() throws IOException {
        assertThat(SpoolReader.verify(directory).problems()).hasSize(1);
        try (Spool spool = open()) {
            assertThat(spool.ids()).containsExactly(before, after);
        }
    }

    @Test
    void cutsATornMessageWithAQuotedHeader() throws IOException {
        Files.writeString(segment, bytes.substring(0, bytes.indexOf("and so on")), ISO_8859_1);
        try (Spool spool = open()) {
            assertThat(spool.ids()).containsExactly(before);
        }
    }

    /**
     * Only the writer of a segment knows its epoch. So a record of a newer program is never taken for damage or cut,
     * not even after damaged bytes.
     */
    @Test
    void rejectsARecordOfANewerFormatAfterDamagedBytes() throws IOException {
        SegmentName name = SegmentName.parse(String.valueOf(segment.getFileName()));
        flip(header(after) + 20);
        Files.write(
                segment,
                newer(Objects.requireNonNull(name).epoch()).getBytes(ISO_8859_1),
                java.nio.file.StandardOpenOption.APPEND);
        byte[] whole = Files.readAllBytes(segment);
        // without what the clean shutdown wrote between them
        String text = new String(whole, ISO_8859_1).replaceAll("@boxcar1 (SEAL|MARK) [^\n]*\n", "");
        Files.writeString(segment, text, ISO_8859_1);
        assertThatThrownBy(this::open).isInstanceOf(SpoolException.class).hasMessageContaining("format version 2");
        assertThat(Files.readString(segment, ISO_8859_1)).isEqualTo(text);
    }
}
