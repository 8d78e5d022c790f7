// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.body;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bodies while they are on their way: small ones in memory, as long as all together fit into it, and others in
 * files. The files are of no use to a later run, which deletes them. Any thread.
 */
public final class BodyStore implements AutoCloseable {
    /** A larger body is never whole in memory. */
    public static final int MAX_IN_MEMORY = 100 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(BodyStore.class);
    private static final String SUFFIX = ".body";
    private static final long MEMORY = 32L * 1024 * 1024;

    private final Path directory;
    private final FileChannel lockFile;
    private final AtomicLong inMemory = new AtomicLong();
    private final AtomicLong names = new AtomicLong();

    private BodyStore(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /**
     * Opens the store in this directory, which is made if it is missing.
     *
     * @throws IOException whose message is for people, if the directory cannot be used or another process uses it
     */
    public static BodyStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lockFile =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new IOException(directory + ": another relay uses it; give each its own --spool");
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
            return new BodyStore(directory, lockFile);
        } catch (OverlappingFileLockException e) {
            lockFile.close();
            throw new IOException(directory + ": another relay uses it; give each its own --spool", e);
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    /** Whether so many more bytes may be in memory; then they count until {@link #free}. */
    public boolean reserve(int bytes) {
        if (inMemory.addAndGet(bytes) <= MEMORY) {
            return true;
        }
        inMemory.addAndGet(-bytes);
        return false;
    }

    /** Undoes a {@link #reserve}. */
    public void free(int bytes) {
        inMemory.addAndGet(-bytes);
    }

    /** A body of these bytes, which were reserved. */
    public StoredBody inMemory(byte[] bytes) {
        return new MemoryBody(bytes);
    }

    /** A new file. */
    public Path newFile() {
        return directory.resolve(names.incrementAndGet() + SUFFIX);
    }

    /** A body of the bytes of this file, which the store owns from now on. */
    public StoredBody inFile(Path file, long length) {
        return new FileBody(file, length);
    }

    /** Deletes a file of this store, if it is there. */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("a file cannot be deleted now; the next start deletes it: {}", e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private final class MemoryBody implements StoredBody {
        private final byte[] bytes;
        private final AtomicBoolean released = new AtomicBoolean();

        MemoryBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public InputStream open(long from) {
            return new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from);
        }

        @Override
        public void release() {
            if (released.compareAndSet(false, true)) {
                free(bytes.length);
            }
        }
    }

    private record FileBody(Path file, long length) implements StoredBody {
        @Override
        public InputStream open(long from) throws IOException {
            InputStream in = Files.newInputStream(file);
            try {
                in.skipNBytes(from);
                return in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        }

        @Override
        public void release() {
            delete(file);
        }
    }
}
