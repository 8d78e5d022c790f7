// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the writer asks of a file system; tests put one here that fails. Confined to the writer's thread. */
interface SegmentFiles {
    /** The real one. */
    SegmentFiles DISK = new Disk();

    /** Makes a new file, and sees to it that its name survives power loss. */
    SegmentFile create(Path path) throws IOException;

    /** Forces a file that was closed before it was forced. */
    void force(Path path) throws IOException;

    /** How many octets are free where {@code directory} is. */
    long freeOctets(Path directory);

    /** One file being written. */
    interface SegmentFile extends Closeable {
        /** Writes all that remains in {@code octets}, or throws. */
        void write(ByteBuffer octets, long position) throws IOException;

        /** Returns once everything written, and the length, would survive power loss. */
        void force() throws IOException;

        /** Cuts the file to {@code length}. */
        void truncate(long length) throws IOException;
    }

    /** Forces the entries of a directory: a new file's name is not safe before. */
    static void forceDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Files as the operating system has them. */
    final class Disk implements SegmentFiles {
        @Override
        public SegmentFile create(Path path) throws IOException {
            var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                forceDirectory(path.toAbsolutePath().resolveSibling(""));
            } catch (IOException e) {
                channel.close();
                Files.deleteIfExists(path);
                throw e;
            }
            return new DiskFile(channel);
        }

        @Override
        public void force(Path path) throws IOException {
            try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.force(false);
            }
        }

        @Override
        public long freeOctets(Path directory) {
            return directory.toFile().getUsableSpace();
        }
    }

    /** A file of the operating system. */
    record DiskFile(FileChannel channel) implements SegmentFile {
        @Override
        public void write(ByteBuffer octets, long position) throws IOException {
            long at = position;
            while (octets.hasRemaining()) {
                at += channel.write(octets, at);
            }
        }

        /** {@code force(false)} is fdatasync, which keeps the length too when it has grown (POSIX: "integrity completion"). */
        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
