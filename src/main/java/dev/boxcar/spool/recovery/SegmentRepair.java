// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SpoolDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes segments during recovery: cuts torn tails, copies damaged bytes aside, seals and forces. */
final class SegmentRepair {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRepair.class);
    private static final int PIECE_BYTES = 64 * 1024;

    private final SpoolDirectory directory;
    private final Disk disk;

    SegmentRepair(SpoolDirectory directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Truncates the segment where the torn tail begins. */
    void cut(SegmentName segment, Bad tail) throws IOException {
        try (DiskFile file = disk.open(segment.in(directory.segments()))) {
            file.truncate(tail.from());
            file.force();
        }
        LOG.info("event=torn-tail-cut segment={} offset={} octets={}", segment, tail.from(), tail.to() - tail.from());
    }

    /** Copies damaged bytes to {@code corrupt/}, unless an earlier start did, and logs a warning. */
    void quarantine(SegmentName segment, Bad damage) throws IOException {
        long bytes = damage.to() - damage.from();
        Path copy = directory.corrupt().resolve(segment + "." + damage.from() + "+" + bytes);
        LOG.warn(
                "event=rot segment={} offset={} octets={} copy={} advice=\"{}\"",
                segment,
                damage.from(),
                bytes,
                copy,
                damage.isOfAnother()
                        ? "these are records of another segment: was the file renamed?"
                        : "restore it from a backup, or ask the senders to send their messages again");
        if (Files.exists(copy) && Files.size(copy) == bytes) {
            return;
        }
        try {
            copy(segment, damage, copy);
        } catch (IOException e) {
            if (!ResourceShortage.caused(e, disk.freeBytes(directory.path()))) {
                throw e;
            }
            LOG.warn(
                    "event=rot-not-copied copy={} cause=\"{}\" advice=\"the next start copies it\"",
                    copy,
                    e.getMessage());
            disk.delete(copy);
        }
    }

    private void copy(SegmentName segment, Bad damage, Path copy) throws IOException {
        long bytes = damage.to() - damage.from();
        disk.createDirectories(directory.corrupt());
        disk.forceDirectory(directory.path());
        disk.delete(copy);
        try (var source = FileChannel.open(segment.in(directory.segments()), StandardOpenOption.READ);
                DiskFile target = disk.create(copy)) {
            var piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long copied = 0; copied < bytes; ) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, bytes - copied));
                if (source.read(piece, damage.from() + copied) < 0) {
                    throw new SpoolException("segment " + segment + " was truncated while it was read");
                }
                piece.flip();
                int length = piece.remaining();
                target.write(piece, copied);
                copied += length;
            }
            target.force();
        }
        disk.forceDirectory(directory.corrupt());
    }

    void force(SegmentName segment) throws IOException {
        try (DiskFile file = disk.open(segment.in(directory.segments()))) {
            file.force();
        }
    }

    void delete(SegmentName segment) throws IOException {
        disk.delete(segment.in(directory.segments()));
        disk.forceDirectory(directory.segments());
    }

    /** Appends a SEAL to the segment. It is useful but not needed: on a full disk the spool opens without it. */
    void seal(SegmentName segment, long end, long sequence) throws IOException {
        var line = new byte[RecordHeader.LENGTH];
        RecordHeader.withoutPayload(RecordType.SEAL, sequence, segment.epoch(), sequence)
                .putInto(line, new CRC32C());
        var bytes = ByteBuffer.allocate(line.length + 2)
                .put((byte) '\n')
                .put(line)
                .put((byte) '\n')
                .flip();
        try (DiskFile file = disk.open(segment.in(directory.segments()))) {
            try {
                file.write(bytes, end);
            } catch (IOException e) {
                LOG.warn("event=not-sealed segment={} cause=\"{}\"", segment, e.getMessage());
                file.truncate(end);
            }
            file.force();
        }
    }
}
