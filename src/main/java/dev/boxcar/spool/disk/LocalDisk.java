// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The files of the operating system. */
final class LocalDisk implements Disk {
    @Override
    public DiskFile create(Path path) throws IOException {
        return new LocalFile(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        return new LocalFile(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (var channel = opened(directory)) {
            channel.force(true);
        }
    }

    private static FileChannel opened(Path directory) throws ForceNotStartedException {
        try {
            return FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new ForceNotStartedException(e);
        }
    }

    @Override
    public long freeBytes(Path directory) {
        return directory.toFile().getUsableSpace();
    }

    private record LocalFile(FileChannel channel) implements DiskFile {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        /**
         * {@code force(false)} is fdatasync. It makes a changed length durable, too (POSIX: "synchronized I/O data
         * integrity completion").
         */
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
