// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A simulated disk whose power fails at a given operation. What was forced remains, and a random part of the rest:
 * pages in any order, torn or dropped; names that were created, changed or deleted without a force of their directory.
 * Writes also go to real files, which the spool reads. {@link #afterPowerLoss} writes what remains into another
 * directory. Any thread.
 */
public final class PowerLossDisk implements Disk {
    private final Path root;
    private final Random random;
    private long operationsLeft;
    private boolean off;

    /** Existing files and directories (null), by path below the root. */
    private final Map<Path, @Nullable PowerLossFile> names = new TreeMap<>();

    private final Map<Path, @Nullable PowerLossFile> forcedNames = new TreeMap<>();
    private final List<Naming> since = new ArrayList<>();

    /** A name that was created ({@code from} null), deleted ({@code to} null) or changed. */
    private record Naming(
            @Nullable Path from,
            @Nullable Path to,
            @Nullable PowerLossFile file) {
        /** The directory whose force makes this durable. */
        Path home() {
            return parent(Objects.requireNonNull(to == null ? from : to));
        }
    }

    /** Everything in {@code root} counts as forced. Power fails at operation number {@code operations}. */
    public PowerLossDisk(Path root, Random random, long operations) throws IOException {
        this.root = root;
        this.random = random;
        this.operationsLeft = operations;
        try (var paths = Files.walk(root)) {
            for (Path path : paths.filter(each -> !each.equals(root)).toList()) {
                names.put(
                        root.relativize(path),
                        Files.isDirectory(path) ? null : new PowerLossFile(Files.readAllBytes(path)));
            }
        }
        forcedNames.putAll(names);
    }

    public synchronized boolean isOff() {
        return off;
    }

    /** From now on every operation fails. */
    public synchronized void turnOff() {
        off = true;
    }

    /**
     * The process has died, the system has not: everything written remains, forced or not. From now on, power fails at
     * operation number {@code operations}.
     */
    public synchronized void goOn(long operations) {
        off = false;
        operationsLeft = operations;
    }

    /** Whether power fails at this operation. */
    private boolean fails() throws IOException {
        if (off) {
            throw new IOException("power is off");
        }
        off = --operationsLeft <= 0;
        return off;
    }

    private void step() throws IOException {
        if (fails()) {
            throw new IOException("power went off");
        }
    }

    private Path name(Path path) {
        return root.relativize(path);
    }

    private static Path parent(Path path) {
        return Objects.requireNonNullElse(path.getParent(), Path.of(""));
    }

    @Override
    public synchronized DiskFile create(Path path) throws IOException {
        step();
        DiskFile real = Disk.LOCAL.create(path);
        var file = new PowerLossFile(new byte[0]);
        names.put(name(path), file);
        since.add(new Naming(null, name(path), file));
        return new Open(real, file);
    }

    @Override
    public synchronized DiskFile open(Path path) throws IOException {
        step();
        return new Open(Disk.LOCAL.open(path), Objects.requireNonNull(names.get(name(path)), path.toString()));
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        step();
        Disk.LOCAL.createDirectories(directory);
        Path name = name(directory);
        for (int i = 1; i <= name.getNameCount(); i++) {
            Path each = name.subpath(0, i);
            if (!each.toString().isEmpty() && !names.containsKey(each)) {
                names.put(each, null);
                since.add(new Naming(null, each, null));
            }
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        step();
        Disk.LOCAL.rename(from, to);
        PowerLossFile file = names.remove(name(from));
        names.put(name(to), file);
        since.add(new Naming(name(from), name(to), file));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        step();
        if (names.containsKey(name(path))) {
            since.add(new Naming(name(path), null, names.remove(name(path))));
        }
        Disk.LOCAL.delete(path);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        step();
        if (directory.startsWith(root)) {
            Path home = name(directory);
            since.stream().filter(naming -> naming.home().equals(home)).forEach(this::apply);
            since.removeIf(naming -> naming.home().equals(home));
        }
    }

    private void apply(Naming naming) {
        if (naming.from != null && forcedNames.get(naming.from) == naming.file) {
            forcedNames.remove(naming.from);
        }
        if (naming.to != null) {
            forcedNames.put(naming.to, naming.file);
        }
    }

    @Override
    public long freeBytes(Path directory) {
        return Long.MAX_VALUE;
    }

    /** Writes everything that the process wrote into {@code target}, as if only the process had died. */
    public synchronized void afterKill(Path target) throws IOException {
        off = true;
        Files.createDirectories(target);
        for (var each : names.entrySet()) {
            PowerLossFile file = each.getValue();
            put(target.resolve(each.getKey().toString()), file == null ? null : file.written());
        }
    }

    /** Writes what remains after power loss into {@code target}. */
    public synchronized void afterPowerLoss(Path target) throws IOException {
        off = true;
        int kind = random.nextInt(4);
        int first = since.isEmpty() ? 0 : random.nextInt(since.size() + 1);
        for (int i = 0; i < since.size(); i++) {
            // none, the first ones (a journal), any of them, or all
            if (kind == 3 || (kind == 1 && i < first) || (kind == 2 && random.nextBoolean())) {
                apply(since.get(i));
            }
        }
        Files.createDirectories(target);
        for (var each : forcedNames.entrySet()) {
            Path path = target.resolve(each.getKey().toString());
            PowerLossFile file = each.getValue();
            if (Files.isDirectory(path.resolveSibling("."))) { // a file is lost with its directory
                put(path, file == null ? null : file.afterPowerLoss(random));
            }
        }
    }

    private static void put(Path path, byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            Files.createDirectories(path);
        } else {
            Files.write(path, bytes);
        }
    }

    private final class Open implements DiskFile {
        private final DiskFile real;
        private final PowerLossFile file;

        Open(DiskFile real, PowerLossFile file) {
            this.real = real;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            synchronized (PowerLossDisk.this) {
                boolean last = fails();
                var copy = new byte[last ? random.nextInt(bytes.remaining() + 1) : bytes.remaining()];
                bytes.duplicate().get(copy);
                real.write(ByteBuffer.wrap(copy), position);
                file.write(position, copy);
                if (last) {
                    throw new IOException("power went off");
                }
                bytes.position(bytes.limit());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (PowerLossDisk.this) {
                step();
                file.force();
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            synchronized (PowerLossDisk.this) {
                step();
                real.truncate(length);
                file.truncate(length);
            }
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
