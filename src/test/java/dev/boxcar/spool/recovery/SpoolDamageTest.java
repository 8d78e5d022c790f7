// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.PowerLossDisk;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.reader.Verification;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A spool of several segments and blobs, left by a kill right after its last force, in which something is then damaged,
 * missing or superfluous.
 */
@Timeout(180)
class SpoolDamageTest {
    private static final SpoolOptions OPTIONS =
            SpoolOptions.DEFAULTS.withSegmentBytes(20_000).withBlobBytes(5_000).withNeededPercent(0);

    @TempDir
    Path directory;

    private Path left;
    private final Map<Ulid, byte[]> messages = new LinkedHashMap<>();
    private int copies;

    /** A place in a file, and the message whose record it is in, if any. */
    private record Spot(
            Path file,
            long offset,
            @Nullable Ulid id,
            @Nullable RecordType type) {}

    @BeforeEach
    void writeASpool() throws IOException {
        Path home = Files.createDirectories(directory.resolve("first-run"));
        var disk = new PowerLossDisk(home, new Random(1), Long.MAX_VALUE);
        Spool spool = SegmentSpool.open(home.resolve("spool"), OPTIONS, e -> {}, disk);
        var random = new Random(2);
        for (int i = 0; i < 24; i++) {
            var bytes = new byte[i % 6 == 5 ? 8_000 : 100 + random.nextInt(3_000)];
            random.nextBytes(bytes);
            Ulid id = spool.newId();
            assertThat(Mail.get(Mail.append(spool, id, bytes))).isEqualTo(CommitOutcome.STORED);
            messages.put(id, bytes);
        }
        Ulid noted = messages.keySet().iterator().next();
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.putState(noted, "inbox", KeyValueText.of(Map.of("Read", "true")), Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        Ulid last = spool.newId();
        assertThat(Mail.get(Mail.append(spool, last, new byte[500]))).isEqualTo(CommitOutcome.STORED);
        messages.put(last, new byte[500]);
        await().until(() -> Files.isRegularFile(home.resolve("spool/inventory"))
                && isListed(home.resolve("spool"), files(home.resolve("spool"), "segment", ".seg")));
        disk.turnOff();
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        disk.afterKill(directory.resolve("left"));
        left = directory.resolve("left/spool");
    }

    private Path copy() throws IOException {
        Path copy = directory.resolve("copy" + ++copies);
        try (var paths = Files.walk(left)) {
            for (Path path : paths.toList()) {
                Files.copy(path, copy.resolve(left.relativize(path).toString()));
            }
        }
        return copy;
    }

    private static void flip(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 0x04;
        Files.write(file, bytes);
    }

    private List<Path> files(String part, String ending) throws IOException {
        return files(left, part, ending);
    }

    private static List<Path> files(Path spool, String part, String ending) throws IOException {
        try (var paths = Files.walk(spool.resolve(part))) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .map(spool::relativize)
                    .sorted()
                    .toList();
        }
    }

    /** Whether the last of these segments is in the inventory, which is written after its first record. */
    private static boolean isListed(Path spool, List<Path> segments) throws IOException {
        String last = segments.get(segments.size() - 1).getFileName().toString();
        long number = Objects.requireNonNull(SegmentName.parse(last)).number();
        return Files.readString(spool.resolve("inventory")).startsWith("Segments: 1-" + number + "\n");
    }

    /** A place in every field of every record. */
    private List<Spot> spots() throws IOException {
        var spots = new ArrayList<Spot>();
        for (Path file : files("segment", ".seg")) {
            SegmentName name =
                    Objects.requireNonNull(SegmentName.parse(file.getFileName().toString()));
            try (var scan = new SegmentScanner(left.resolve("segment"), name, SegmentScanner.Depth.PAYLOADS)) {
                for (var piece = scan.next(); piece != null; piece = scan.next()) {
                    Found found = (Found) piece;
                    RecordHeader header = found.header();
                    // magic, version, type, id, lengths, sequence, epoch, mark, CRCs, line feed
                    for (int column : new int[] {0, 7, 10, 20, 50, 60, 75, 85, 100, 112, 121, 127}) {
                        spots.add(new Spot(file, found.offset() + column, header.id(), header.type()));
                    }
                    long text = found.offset() + RecordHeader.LENGTH;
                    if (header.textLength() > 0) {
                        spots.add(new Spot(file, text + header.textLength() / 2, header.id(), header.type()));
                    }
                    if (header.bodyLength() > 0) {
                        spots.add(new Spot(
                                file,
                                text + header.textLength() + header.bodyLength() / 2,
                                header.id(),
                                header.type()));
                    }
                }
            }
        }
        return spots;
    }

    /**
     * Opens the spool twice, and checks that all messages except these are served completely, and new ones are stored.
     */
    private void assertServesAllExcept(Path spool, List<Ulid> lost, String what) throws IOException {
        for (int start = 1; start <= 2; start++) {
            var disk = new PowerLossDisk(spool, new Random(3), Long.MAX_VALUE); // only to avoid waiting for a real disk
            try (Spool opened = SegmentSpool.open(spool, OPTIONS, e -> {}, disk)) {
                for (var message : messages.entrySet()) {
                    SpoolRecord found = opened.find(message.getKey());
                    if (lost.contains(message.getKey())) {
                        assertThat(found)
                                .as("%s, start %s: the one that was hit", what, start)
                                .isNull();
                    } else {
                        assertThat(found)
                                .as("%s, start %s: %s", what, start, message.getKey())
                                .isNotNull();
                        assertThat(Mail.bytes(Objects.requireNonNull(found)))
                                .as(what)
                                .isEqualTo(message.getValue());
                    }
                }
                Mail.stored(opened, "new");
            }
        }
    }

    @Test
    void aFlippedBitInAnyFieldCostsOnlyItsRecord() throws IOException {
        List<Spot> spots = spots();
        assertThat(spots).hasSizeGreaterThan(300);
        assertThat(files("segment", ".seg")).hasSizeGreaterThan(1);
        var random = new Random(Long.getLong("boxcar.seed", 4));
        boolean all = Integer.getInteger("boxcar.seeds", 0) > 300;
        for (Spot spot : spots) {
            if (!all && random.nextInt(4) > 0) {
                continue; // every fourth place; all of them with -Dboxcar.seeds=1000
            }
            Path spool = copy();
            flip(spool.resolve(spot.file.toString()), spot.offset);
            Verification seen = SpoolReader.verify(spool);
            assertThat(seen.problems().size() + seen.unfinishedBytes())
                    .as("verify sees %s", spot)
                    .isPositive();
            boolean isMessage = spot.type != null && spot.type.isMessage();
            assertServesAllExcept(
                    spool, isMessage ? List.of(Objects.requireNonNull(spot.id)) : List.of(), spot.toString());
        }
    }

    @Test
    void verifyReportsAFlippedBitInABlob() throws IOException {
        Path blob = files("blob", ".eml").get(0);
        for (long offset : new long[] {0, 4_000, 7_999}) {
            Path spool = copy();
            flip(spool.resolve(blob.toString()), offset);
            assertThat(SpoolReader.verify(spool).problems())
                    .singleElement()
                    .asString()
                    .contains(blob.getFileName().toString());
            try (var reader = SpoolReader.open(spool)) {
                assertThat(reader.ids().stream()
                                .filter(id -> !isSound(reader, id))
                                .toList())
                        .hasSize(1);
            }
        }
    }

    private static boolean isSound(SpoolReader reader, Ulid id) {
        try {
            return reader.isIntact(id);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void neverGivesTheEndOfADamagedMessage() throws IOException {
        Spot small = spots().stream()
                .filter(spot -> spot.type == RecordType.MESSAGE)
                .reduce((first, second) -> second)
                .orElseThrow();
        Path blob = files("blob", ".eml").get(0);
        Ulid large =
                Objects.requireNonNull(Ulid.parse(blob.getFileName().toString().substring(0, Ulid.LENGTH)));
        Path spool = copy();
        var disk = new PowerLossDisk(spool, new Random(3), Long.MAX_VALUE);
        try (Spool opened = SegmentSpool.open(spool, OPTIONS, e -> {}, disk)) {
            flip(spool.resolve(blob.toString()), 0); // while the spool is open
            flip(spool.resolve(small.file.toString()), small.offset);
            for (var message : messages.entrySet()) {
                SpoolRecord found = Objects.requireNonNull(opened.find(message.getKey()));
                if (message.getKey().equals(large) || message.getKey().equals(small.id)) {
                    assertThatThrownBy(() -> found.body().readAllBytes())
                            .isInstanceOf(SpoolException.class)
                            .hasMessage("message " + message.getKey()
                                    + " is damaged on disk: find the place with 'spool verify'");
                    try (var asItIs = found.body(0, found.bodyLength())) {
                        assertThat(asItIs.readAllBytes()).hasSameSizeAs(message.getValue());
                    }
                } else {
                    assertThat(Mail.bytes(found)).isEqualTo(message.getValue());
                }
            }
        }
    }

    @Test
    void reportsAHeaderThatIsDamagedWhileTheSpoolIsOpen() throws IOException {
        Spot header = spots().stream()
                .filter(spot -> spot.type == RecordType.MESSAGE)
                .findFirst()
                .orElseThrow();
        Path spool = copy();
        var disk = new PowerLossDisk(spool, new Random(3), Long.MAX_VALUE);
        try (Spool opened = SegmentSpool.open(spool, OPTIONS, e -> {}, disk)) {
            flip(spool.resolve(header.file.toString()), header.offset);
            assertThatThrownBy(() -> opened.find(Objects.requireNonNull(header.id)))
                    .isInstanceOf(SpoolException.class)
                    .hasMessageContaining("message " + header.id + " cannot be read");
        }
    }

    /**
     * Its records are lost, everything else is served. The files that its records refer to stay, and it can be put
     * back.
     */
    @Test
    void aMissingSegmentCostsOnlyItsMessagesAndCanBePutBack() throws IOException {
        for (Path segment : files("segment", ".seg")) {
            Path spool = copy();
            List<Ulid> hit = messagesIn(spool, segment);
            List<Path> blobs = files(spool, "blob", ".eml");
            Path aside = directory.resolve("aside.seg");
            Files.move(spool.resolve(segment.toString()), aside);
            SegmentName name = Objects.requireNonNull(
                    SegmentName.parse(segment.getFileName().toString()));
            assertThat(SpoolReader.verify(spool).problems())
                    .containsExactly("segment " + name.number() + " is missing");
            assertServesAllExcept(spool, hit, "without " + segment);
            assertThat(SpoolReader.verify(spool).problems())
                    .containsExactly("segment " + name.number() + " is missing");
            assertThat(files(spool, "blob", ".eml")).containsAll(blobs);
            Files.move(aside, spool.resolve(segment.toString()));
            assertServesAllExcept(spool, List.of(), "with " + segment + " again");
            assertThat(SpoolReader.verify(spool).problems()).isEmpty();
            assertThat(spool.resolve("corrupt")).doesNotExist();
        }
    }

    /**
     * If two segments have each other's names, or one has a wrong name, nothing is cut: they may get their names back.
     */
    @Test
    void leavesSegmentsWithAWrongNameAsTheyAre() throws IOException {
        List<Path> segments = files("segment", ".seg");
        Path last = segments.get(segments.size() - 1);
        for (Path other : List.of(segments.get(0), Path.of("segment/0000000099-000000000001.seg"))) {
            Path spool = copy();
            var hit = new ArrayList<>(messagesIn(spool, last));
            if (segments.contains(other)) {
                hit.addAll(messagesIn(spool, other));
            }
            List<Path> blobs = files(spool, "blob", ".eml");
            swap(spool.resolve(last.toString()), spool.resolve(other.toString()));
            assertThat(SpoolReader.verify(spool).problems())
                    .anyMatch(line -> line.endsWith("records of another segment: was the file renamed?"));
            assertThat(SpoolReader.verify(spool).unfinishedBytes()).isZero();
            assertServesAllExcept(spool, hit, last + " as " + other);
            assertThat(files(spool, "blob", ".eml")).containsAll(blobs);
            swap(spool.resolve(last.toString()), spool.resolve(other.toString()));
            assertServesAllExcept(spool, List.of(), "with their names again");
            assertThat(SpoolReader.verify(spool).problems()).isEmpty();
            assertThat(sequences(spool)).doesNotHaveDuplicates();
        }
    }

    private static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling("aside");
        for (Path[] move : new Path[][] {{one, aside}, {other, one}, {aside, other}}) {
            if (Files.exists(move[0])) {
                Files.move(move[0], move[1]);
            }
        }
    }

    private static List<Long> sequences(Path spool) throws IOException {
        var sequences = new ArrayList<Long>();
        try (var reader = SpoolReader.open(spool)) {
            for (Ulid id : reader.ids()) {
                sequences.add(Objects.requireNonNull(reader.find(id)).sequence());
            }
        }
        return sequences;
    }

    private static List<Ulid> messagesIn(Path spool, Path segment) throws IOException {
        var ids = new ArrayList<Ulid>();
        SegmentName name =
                Objects.requireNonNull(SegmentName.parse(segment.getFileName().toString()));
        try (var scan = new SegmentScanner(spool.resolve("segment"), name, SegmentScanner.Depth.HEADERS)) {
            for (var piece = scan.next(); piece != null; piece = scan.next()) {
                if (piece instanceof Found found && found.header().type().isMessage()) {
                    ids.add(found.header().id());
                }
            }
        }
        return ids;
    }

    @Test
    void reusesNoSequenceOfAMissingSegment() throws IOException {
        List<Path> segments = files("segment", ".seg");
        Path last = segments.get(segments.size() - 1);
        Path spool = copy();
        long lost = messages.size() + 1L; // one of the records is a state
        Files.delete(spool.resolve(last.toString()));
        assertThat(newSequence(spool)).isGreaterThan(lost);
        for (Path segment : files(spool, "segment", ".seg")) {
            Files.delete(spool.resolve(segment.toString()));
        }
        assertThat(newSequence(spool)).isGreaterThan(lost);
    }

    private static long newSequence(Path spool) throws IOException {
        var disk = new PowerLossDisk(spool, new Random(3), Long.MAX_VALUE);
        try (Spool opened = SegmentSpool.open(spool, OPTIONS, e -> {}, disk)) {
            return Objects.requireNonNull(opened.find(Mail.stored(opened, "new")))
                    .sequence();
        }
    }

    @Test
    void deletingTheInventoryEndsTheWarningsOfAMissingSegment() throws IOException {
        Path segment = files("segment", ".seg").get(0);
        Path spool = copy();
        List<Ulid> hit = messagesIn(spool, segment);
        Files.delete(spool.resolve(segment.toString()));
        Files.delete(spool.resolve("inventory"));
        assertServesAllExcept(spool, hit, "without " + segment);
        assertThat(SpoolReader.verify(spool).problems()).isEmpty();
    }

    @Test
    void aFlippedBitInTheInventoryCostsNothing() throws IOException {
        int length = Files.readAllBytes(left.resolve("inventory")).length;
        for (int offset = 0; offset < length; offset++) {
            Path spool = copy();
            flip(spool.resolve("inventory"), offset);
            assertServesAllExcept(spool, List.of(), "byte " + offset);
            assertThat(SpoolReader.verify(spool).problems()).isEmpty();
        }
    }

    @Test
    void aMissingBlobCostsOnlyItsMessageAndCanBePutBack() throws IOException {
        Path blob = files("blob", ".eml").get(1);
        Path spool = copy();
        Path aside = directory.resolve("aside.eml");
        Files.move(spool.resolve(blob.toString()), aside);
        assertThat(SpoolReader.verify(spool).problems())
                .singleElement()
                .asString()
                .contains("missing");
        Ulid hit = messages.entrySet().stream()
                .filter(each -> java.util.Arrays.equals(each.getValue(), bytes(aside)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        assertServesAllExcept(spool, List.of(hit), "without " + blob);
        Files.move(aside, spool.resolve(blob.toString()));
        assertServesAllExcept(spool, List.of(), "with it again");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMissingOrTornFileThatNoMarkVouchesForIsFoundAndStaysWhereSendersAreTold(boolean isMissing)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve("unforced"));
        var disk = new PowerLossDisk(home, new Random(4), Long.MAX_VALUE);
        Spool spool = SegmentSpool.open(home.resolve("spool"), OPTIONS, e -> {}, disk);
        Ulid id = spool.newId();
        assertThat(Mail.get(Mail.append(spool, id, new byte[8_000]))).isEqualTo(CommitOutcome.STORED);
        disk.turnOff(); // before a mark says that it was forced
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        disk.afterKill(directory.resolve("killed"));
        Path killed = directory.resolve("killed/spool");
        Path blob = killed.resolve(files(killed, "blob", ".eml").get(0).toString());
        if (isMissing) {
            Files.delete(blob);
        } else {
            flip(blob, 100);
        }

        try (Spool opened = SegmentSpool.open(killed, OPTIONS.withDamaged(SpoolOptions.Damaged.FOUND), e -> {})) {
            SpoolRecord found = Objects.requireNonNull(opened.find(id));
            assertThatThrownBy(() -> found.body().readAllBytes()).isInstanceOf(SpoolException.class);
            assertThat(Files.exists(blob)).isEqualTo(!isMissing);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void deletesAnUnreferencedBlob() throws IOException {
        Path spool = copy();
        Path extra = Files.createDirectories(spool.resolve("blob/ZZ")).resolve("01KAM3Z6T8Q0B5X9V7W2N4C6ZZ.eml");
        Files.writeString(extra, "no record names it");
        assertServesAllExcept(spool, List.of(), "with one more");
        assertThat(extra).doesNotExist();
        assertThat(spool.resolve("corrupt")).doesNotExist();
    }

    /** Its record is damaged: only the bytes of the message are left. */
    @Test
    void keepsABlobWhoseRecordIsDamaged() throws IOException {
        Spot record = spots().stream()
                .filter(spot -> spot.type == RecordType.BLOB)
                .findFirst()
                .orElseThrow();
        Path spool = copy();
        flip(spool.resolve(record.file.toString()), record.offset);
        assertServesAllExcept(spool, List.of(Objects.requireNonNull(record.id)), record.toString());
        try (var kept = Files.list(spool.resolve("corrupt"))) {
            assertThat(kept.filter(file -> file.toString().endsWith(".eml")).map(SpoolDamageTest::bytes))
                    .singleElement()
                    .isEqualTo(messages.get(record.id));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"boxcar spool format 0", "boxcar spool format 2", "boxcar spool gormat 1", "", "\u0000\u0001"})
    void rejectsAnotherFormatAndChangesNothing(String format) throws IOException {
        Path spool = copy();
        Files.writeString(spool.resolve("format"), format);
        assertThatThrownBy(() -> SegmentSpool.open(spool, OPTIONS, e -> {}))
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("has another format")
                .hasMessageContaining("this program reads 'boxcar spool format 1'")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> SpoolReader.open(spool)).isInstanceOf(SpoolException.class);
        Files.writeString(spool.resolve("format"), SpoolDirectory.FORMAT + "\n");
        assertServesAllExcept(spool, List.of(), "with its format again");
    }
}
