// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.port.MessageSink.Incoming;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.disk.FailingForceDisk;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.disk.FreeSpaceMonitor;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large bodies go to files of their own while they are being received. */
class BlobFileTest {
    private static final int LARGE = 300_000;

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private Spool spool = new MemorySpool(1);

    private void open(SpoolOptions options) throws SpoolException {
        spool = SegmentSpool.open(directory, options, e -> fatal.complete("" + e.getMessage()), files);
    }

    private static SpoolOptions options() {
        return SpoolOptions.DEFAULTS.withBlobBytes(100_000);
    }

    @AfterEach
    void close() throws Exception {
        files.releaseForces();
        spool.close();
        loop.shutdownNow();
    }

    private List<Path> blobs() throws IOException {
        Path blob = directory.resolve("blob");
        if (!Files.exists(blob)) {
            return List.of();
        }
        try (var found = Files.walk(blob)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    private static byte[] bytes(int length, int seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aLargeBodyIsStoredInAFileOfItsOwn() throws Exception {
        open(options());
        byte[] bytes = bytes(LARGE, 1);
        Ulid id = spool.newId();
        var followed = new ArrayList<byte[]>();
        spool.follow(1, record -> followed.add(Mail.bytes(record)));
        assertThat(Mail.get(Mail.append(spool, id, bytes))).isEqualTo(CommitOutcome.STORED);
        SpoolRecord found = Objects.requireNonNull(spool.find(id));
        assertThat(found.type()).isEqualTo(RecordType.BLOB);
        assertThat(found.bodyLength()).isEqualTo(LARGE);
        assertThat(Mail.bytes(found)).isEqualTo(bytes);
        try (var stretch = found.body(99_000, 10)) {
            assertThat(stretch.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 99_000, 99_010));
        }
        assertThat(followed).hasSize(1);
        assertThat(followed.get(0)).isEqualTo(bytes);
        String name = id.toString();
        assertThat(blobs()).containsExactly(directory.resolve("blob/" + name.substring(24) + "/" + name + ".eml"));
        assertThat(spool.statistics().slabBytes()).isZero();

        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        open(options());
        assertThat(Mail.bytes(Objects.requireNonNull(spool.find(id)))).isEqualTo(bytes);
    }

    @Test
    void theSizeLimitIsExact() throws Exception {
        open(options());
        Ulid below = spool.newId();
        Ulid above = spool.newId();
        assertThat(Mail.get(Mail.append(spool, below, bytes(100_000, 1)))).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.get(Mail.append(spool, above, bytes(100_001, 1)))).isEqualTo(CommitOutcome.STORED);
        assertThat(Objects.requireNonNull(spool.find(below)).type()).isEqualTo(RecordType.MESSAGE);
        assertThat(Objects.requireNonNull(spool.find(above)).type()).isEqualTo(RecordType.BLOB);
    }

    @Test
    void underGroupTheFileIsForcedBeforeItsRecord() throws Exception {
        open(options());
        files.holdForces();
        var large = Mail.append(spool, spool.newId(), bytes(LARGE, 1));
        files.awaitForce(); // of the blob: nothing else was written
        assertThat(spool.ids()).isEmpty();
        assertThat(spool.statistics().queued()).isZero();
        assertThat(large).isNotDone();
        files.releaseForces();
        assertThat(Mail.get(large)).isEqualTo(CommitOutcome.STORED);
        assertThat(files.forces).hasValue(2);
    }

    @Test
    void aSmallMessageDoesNotWaitForTheForceOfALargeOne() throws Exception {
        open(options());
        files.holdForcesOf(".eml");
        var large = Mail.append(spool, spool.newId(), bytes(LARGE, 1));
        files.awaitForce();
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "small"))).isEqualTo(CommitOutcome.STORED);
        assertThat(large).isNotDone();
        files.releaseForces();
        assertThat(Mail.get(large)).isEqualTo(CommitOutcome.STORED);
    }

    @Test
    void underNoneTheFileIsForcedAtClose() throws Exception {
        open(options().withSync(Sync.NONE));
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.STORED);
        assertThat(files.forces).hasValue(0);
        spool.close();
        assertThat(files.forcedNames).anyMatch(name -> name.endsWith(".eml"));
    }

    @Test
    void anAbandonedBodyLeavesNoFile() throws Exception {
        open(options());
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        byte[] bytes = bytes(LARGE, 1);
        arrival.write(bytes, 0, LARGE);
        org.awaitility.Awaitility.await().until(() -> !blobs().isEmpty());
        arrival.abandon();
        org.awaitility.Awaitility.await().until(() -> blobs().isEmpty());
        org.awaitility.Awaitility.await().until(() -> spool.statistics().slabBytes() == 0);
    }

    @Test
    void aBodyThatIsNotFinishedWhenTheSpoolClosesLeavesNoFile() throws Exception {
        open(options());
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        arrival.write(bytes(LARGE, 1), 0, LARGE);
        org.awaitility.Awaitility.await().until(() -> !blobs().isEmpty());
        spool.close();
        assertThat(blobs()).isEmpty();
        var late = new CompletableFuture<CommitOutcome>();
        arrival.commit(Mail.envelope("a@b"), late::complete);
        assertThat(Mail.get(late)).isEqualTo(CommitOutcome.FAULT);
    }

    @Test
    void aFullDiskRejectsOnlyTheLargeMessage() throws Exception {
        open(options());
        files.roomBytes = 10_000;
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(blobs()).isEmpty();
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.NO_ROOM);
        files.roomBytes = Long.MAX_VALUE;
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.ADMITTED);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 2)))).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.statistics().slabBytes()).isZero();
    }

    /** The writer sleeps meanwhile, because nothing is written to a segment. */
    @Test
    void noticesFreedSpaceAfterALargeBodyFoundTheDiskLow() throws Exception {
        open(options());
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        files.freeBytes = 1_000_000;
        byte[] bytes = bytes(LARGE, 1);
        org.awaitility.Awaitility.await().until(() -> {
            arrival.write(bytes, 0, LARGE);
            return spool.admits(0) == Admission.NO_ROOM;
        });
        arrival.abandon();
        files.freeBytes = Long.MAX_VALUE;
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.ADMITTED);
    }

    @Test
    void noticesFreedSpaceForALargerMessage() throws Exception {
        files.freeBytes = 200_000_000;
        open(options());
        assertThat(spool.admits(1_000_000_000)).isEqualTo(Admission.NO_ROOM);
        assertThat(spool.admits(0)).isEqualTo(Admission.ADMITTED);
        files.freeBytes = Long.MAX_VALUE;
        org.awaitility.Awaitility.await().until(() -> spool.admits(1_000_000_000) == Admission.ADMITTED);
    }

    @Test
    void tooFewFileDescriptorsRejectOnlyTheLargeMessage() throws Exception {
        open(options());
        files.createFails = "Too many open files";
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.NO_ROOM);
        files.createFails = null;
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 2)))).isEqualTo(CommitOutcome.STORED);
        assertThat(fatal).isNotDone();
    }

    @Test
    void aFailedForceEndsTheSpool() throws Exception {
        open(options());
        files.forceFails = true;
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.FAULT);
        assertThat(Mail.get(fatal)).isEqualTo("Input/output error");
        assertThat(spool.admits(0)).isEqualTo(Admission.FAULT);
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        spool = new MemorySpool(1);
    }

    @Test
    void aBugInTheBlobWriterIsAFaultAndEndsTheSpool() throws Exception {
        open(options());
        files.bug = new OutOfMemoryError("meant by this test");
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.FAULT);
        assertThat(Mail.get(fatal)).contains("meant by this test");
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        spool = new MemorySpool(1);
    }

    /** Otherwise the next start would not check the file. */
    @Test
    void noDurableMarkCoversAFileWhoseForceFailedAtClose() throws Exception {
        var disk = new FailingForceDisk(".eml");
        spool = SegmentSpool.open(
                directory, options().withSync(Sync.NONE), e -> fatal.complete("" + e.getMessage()), disk);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes(LARGE, 1)))).isEqualTo(CommitOutcome.STORED);
        assertThatThrownBy(spool::close)
                .isInstanceOf(SpoolException.class)
                .hasMessage("the spool failed: Input/output error");
        assertThat(Mail.get(fatal)).isEqualTo("Input/output error");
        assertThat(marks()).isNotEmpty().containsOnly(0L);
        spool = new MemorySpool(1);
    }

    @Test
    void aDeletedMessageIsNotForcedAtClose() throws Exception {
        var options = options().withSync(Sync.NONE);
        try (var home = SpoolDirectory.lock(directory, files)) {
            long reserveBytes = 0;
            var space = new FreeSpaceMonitor(files, home.segments(), reserveBytes, System.nanoTime());
            var writers = new BlobWriters(
                    home, files, options, new SlabPool(LARGE), new CommitQueue(), space, new SpoolCounters());
            Ulid id = spool.newId();
            writers.written(id);
            assertThat(writers.unforced()).isEqualTo(1);
            writers.delete(directory.resolve(BlobReference.fileOf(id)));
            assertThat(writers.unforced()).isZero();
        }
    }

    private List<Long> marks() throws IOException {
        var marks = new ArrayList<Long>();
        for (SegmentName name : SpoolDirectory.read(directory).segmentNames()) {
            try (var scan = new SegmentScanner(directory.resolve("segment"), name, SegmentScanner.Depth.PAYLOADS)) {
                for (var piece = scan.next(); piece != null; piece = scan.next()) {
                    marks.add(((SegmentScanner.Found) piece).header().durable());
                }
            }
        }
        return marks;
    }

    private Incoming arrival(int bytes) {
        Incoming arrival = new SpoolSink(spool).begin(Runnable::run);
        arrival.whenRoom(() -> {});
        arrival.write(bytes(bytes, bytes), 0, bytes);
        return arrival;
    }

    @Test
    void bodiesSpillWhenMemoryIsShort() throws Exception {
        open(SpoolOptions.DEFAULTS.withSlabBytes(1024 * 1024));
        Incoming first = arrival(200_000);
        Incoming second = arrival(130_000);
        Incoming idle = arrival(100_000); // more than a quarter is used: from here on bodies register
        assertThat(blobs()).isEmpty();
        arrival(200_000); // more than a half
        org.awaitility.Awaitility.await().until(() -> !blobs().isEmpty());
        assertThat(blobs()).anyMatch(path -> path.toString().contains(idle.id()));
        var outcome = new CompletableFuture<CommitOutcome>();
        idle.commit(Mail.envelope("a@b"), outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        Ulid id = Objects.requireNonNull(Ulid.parse(idle.id()));
        assertThat(Mail.bytes(Objects.requireNonNull(spool.find(id)))).isEqualTo(bytes(100_000, 100_000));
        first.abandon();
        second.abandon();
    }

    @Test
    void refusesNewMessagesBeforeMemoryRunsOutForOthers() throws Exception {
        open(SpoolOptions.DEFAULTS.withSlabBytes(1024 * 1024));
        files.holdWrites();
        var begun = new ArrayList<Incoming>();
        for (int i = 0; i < 4; i++) {
            assertThat(spool.admits(0)).isEqualTo(Admission.ADMITTED);
            begun.add(arrival(190_000));
        }
        begun.add(arrival(4_000));
        begun.add(arrival(70_000));
        assertThat(spool.admits(0)).isEqualTo(Admission.NO_ROOM);
        files.releaseWrites();
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.ADMITTED);
        for (Incoming one : begun) {
            var outcome = new CompletableFuture<CommitOutcome>();
            one.commit(Mail.envelope("a@b"), outcome::complete);
            assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        }
    }

    @Test
    void isNotWritableWhileItsFileCannotKeepUp() throws Exception {
        open(options().withSync(Sync.GROUP));
        var arrival = new SpoolSink(spool).begin(loop);
        var resumed = new CompletableFuture<String>();
        arrival.whenRoom(() -> resumed.complete(Thread.currentThread().getName()));
        files.holdWrites();
        byte[] bytes = bytes(64 * 1024, 1);
        int written = 0;
        while (arrival.mayTake() && written < 100) {
            arrival.write(bytes, 0, bytes.length);
            written++;
        }
        assertThat(written).isLessThan(20);
        assertThat(spool.statistics().slabBytes()).isLessThan(20L * 64 * 1024);
        assertThat(resumed).isNotDone();
        files.releaseWrites();
        String thread = Mail.get(resumed);
        assertThat(thread)
                .isEqualTo(loop.submit(() -> Thread.currentThread().getName()).get(9, TimeUnit.SECONDS));
        assertThat(arrival.mayTake()).isTrue();
        arrival.abandon();
    }
}
