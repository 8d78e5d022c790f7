// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.ChannelLease;
import dev.boxcar.spool.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a spool, and the lock that keeps a second writer out.
 *
 * <p>Promise: who has it by {@link #lock} is the only one to write there, in this process and in others, until it is
 * closed or the process ends. What is wrong is one line for the user.
 */
public final class SpoolDirectory implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);

    /** What the file {@code format} says; a newer number is refused. */
    public static final String FORMAT = "boxcar spool format 1";

    private static final String FORMAT_FILE = "format";

    private final Path path;
    private final @Nullable FileChannel lock;
    private final @Nullable SegmentLeases leases;

    /** Of who writes, with the {@code lock}; of who looks from outside without one, and with leases. */
    private SpoolDirectory(Path path, @Nullable FileChannel lock) {
        this.path = path;
        this.lock = lock;
        this.leases = lock == null ? new SegmentLeases(this) : null;
    }

    /** Takes the spool for writing; makes it where there is none. */
    public static SpoolDirectory lock(Path path, Disk disk) throws SpoolException {
        FileChannel channel = null;
        try {
            make(path, disk);
            channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!taken(channel)) {
                throw new SpoolException("the spool " + path + " is in use by another process" + holder(path)
                        + ": stop that one, or name another spool");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
            var directory = new SpoolDirectory(path, channel);
            directory.furnish(disk);
            return directory;
        } catch (IOException e) {
            closeQuietly(channel);
            throw explained(path, e, "written to");
        }
    }

    /**
     * Makes the directory and those above it where there are none; their names survive power loss afterwards, that of
     * the lowest from {@link #furnish} on.
     */
    private static void make(Path path, Disk disk) throws IOException {
        var homes = new ArrayList<Path>();
        Path above = path.toAbsolutePath().normalize().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
            homes.add(Objects.requireNonNullElse(above, path));
        }
        disk.createDirectories(path);
        for (Path home : homes) {
            disk.forceDirectory(home);
        }
        if (!Files.exists(path.resolve(FORMAT_FILE))) {
            forceAbove(above, disk);
        }
    }

    /**
     * A start that was killed may have made some of those that are there, and not come to their force: so it may be
     * until the format is written, which comes behind that.
     */
    private static void forceAbove(@Nullable Path lowest, Disk disk) {
        try {
            for (Path each = lowest; each != null && each.getParent() != null; each = each.getParent()) {
                disk.forceDirectory(each.getParent());
            }
        } catch (IOException e) {
            LOG.debug("event=not-forced cause=\"{}\"", e.getMessage()); // not ours, or what comes next fails, too
        }
    }

    /** The spool for reading alone, whether it is in use or not. */
    public static SpoolDirectory read(Path path) throws SpoolException {
        if (!Files.isDirectory(path)) {
            throw new SpoolException("there is no spool " + path + ": name one with --spool DIR");
        }
        var directory = new SpoolDirectory(path, null);
        try {
            if (!directory.checkFormat() && !Files.isDirectory(directory.segments())) {
                throw new SpoolException("there is no spool in " + path + ": name one with --spool DIR");
            }
        } catch (IOException e) {
            throw explained(path, e, "read");
        }
        return directory;
    }

    private static boolean taken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }

    private static String holder(Path path) {
        try {
            String pid = Files.readString(path.resolve("lock")).strip();
            return pid.matches("\\d+") ? " (pid " + pid + ")" : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static SpoolException explained(Path path, IOException e, String done) {
        if (e instanceof SpoolException known) {
            return known;
        }
        if (e instanceof FileAlreadyExistsException || (Files.exists(path) && !Files.isDirectory(path))) {
            return new SpoolException("the spool " + path + " is not a directory: name another one", e);
        }
        if (e instanceof AccessDeniedException) {
            return new SpoolException("the spool " + path + " cannot be " + done + ": permission denied", e);
        }
        return new SpoolException("the spool " + path + " cannot be " + done + ": " + e.getMessage(), e);
    }

    private void furnish(Disk disk) throws IOException {
        if (!checkFormat()) {
            Path fresh = path.resolve("format.new");
            disk.delete(fresh);
            try (Disk.DiskFile file = disk.create(fresh)) {
                file.write(ByteBuffer.wrap((FORMAT + "\n").getBytes(UTF_8)), 0);
                file.force();
            }
            disk.rename(fresh, path.resolve(FORMAT_FILE));
        }
        disk.createDirectories(segments());
        disk.forceDirectory(path);
        disk.forceDirectory(
                Objects.requireNonNullElse(path.toAbsolutePath().normalize().getParent(), path));
    }

    /** Whether the format is written down. */
    private boolean checkFormat() throws IOException {
        Path file = path.resolve(FORMAT_FILE);
        if (!Files.exists(file)) {
            return false;
        }
        String found = Files.readString(file).strip();
        if (!found.equals(FORMAT)) {
            throw new SpoolException("the spool " + path + " is of another format (" + quoted(found)
                    + "); this program knows '" + FORMAT + "': use the program that wrote it, or name another spool");
        }
        return true;
    }

    private static String quoted(String found) {
        String line = found.lines().findFirst().orElse("");
        return "'" + (line.length() > 60 ? line.substring(0, 60) + "…" : line).replaceAll("\\p{Cntrl}", "?") + "'";
    }

    public Path path() {
        return path;
    }

    public Path segments() {
        return path.resolve("segment");
    }

    public Path blobs() {
        return path.resolve("blob");
    }

    public Path corrupt() {
        return path.resolve("corrupt");
    }

    /** The segments that are there, oldest first. */
    public List<SegmentName> segmentNames() throws IOException {
        if (!Files.isDirectory(segments())) {
            return List.of();
        }
        try (var files = Files.list(segments())) {
            return files.map(file -> SegmentName.parse(file.getFileName().toString()))
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .sorted()
                    .toList();
        }
    }

    /** The leases of who looks from outside. */
    public SegmentLeases leases() {
        if (leases == null) {
            throw new IllegalStateException("who writes knows where everything is");
        }
        return leases;
    }

    /**
     * The segment, to be read.
     *
     * @throws java.nio.file.NoSuchFileException where it is not there any more
     */
    public ChannelLease segment(SegmentName name) throws IOException {
        return leases == null ? new ChannelLease(open(name), false) : leases.of(name);
    }

    FileChannel open(SegmentName name) throws IOException {
        return FileChannel.open(name.in(segments()), StandardOpenOption.READ);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
        if (leases != null) {
            leases.close();
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // what went wrong before is what the user is told
        }
    }
}
