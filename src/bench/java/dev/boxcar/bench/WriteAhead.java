// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Measures a write and its force in a file that grows, in one that was filled in advance, and in one that is reused,
 * for long enough to change files often.
 */
final class WriteAhead {
    private static final int SEGMENT_BYTES = 64 * 1024 * 1024;

    private enum Way {
        GROWING,
        FILLED,
        RECYCLED
    }

    private WriteAhead() {}

    /** Arguments: seconds per kind of file (20), bytes per batch (16384), rounds (3). */
    public static void main(String[] arguments) throws IOException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16_384;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-ahead");
        System.out.printf(
                "%-5s %-9s %10s %9s %9s %9s %9s%n",
                "round", "file", "forces/s", "p50 ms", "p99 ms", "worst ms", "segments");
        for (int round = 1; round <= rounds; round++) {
            for (Way way : Way.values()) {
                measure(directory, way, round, seconds, batch);
            }
        }
    }

    private static void measure(Path directory, Way way, int round, int seconds, int batch) throws IOException {
        var waits = new long[10_000_000];
        int count = 0;
        int segments = 0;
        ByteBuffer bytes = ByteBuffer.allocateDirect(batch);
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < until) {
            long filling = System.nanoTime();
            try (FileChannel file = open(directory, way, segments++)) {
                until += System.nanoTime()
                        - filling; // filling in advance happens in the background, so it does not count
                for (long at = 0; at + batch <= SEGMENT_BYTES && System.nanoTime() < until; at += batch) {
                    bytes.clear();
                    long began = System.nanoTime();
                    file.write(bytes, at);
                    file.force(false);
                    waits[count++] = System.nanoTime() - began;
                }
            }
        }
        long[] sorted = Arrays.copyOf(waits, count);
        Arrays.sort(sorted);
        System.out.printf(
                "%-5d %-9s %10.0f %9.3f %9.3f %9.3f %9d%n",
                round,
                way,
                (double) count / seconds,
                sorted[count / 2] / 1e6,
                sorted[(int) (count * 0.99)] / 1e6,
                sorted[count - 1] / 1e6,
                segments);
    }

    private static FileChannel open(Path directory, Way way, int number) throws IOException {
        Path path = directory.resolve(way == Way.RECYCLED ? "recycled-" + number % 3 : way + "-" + number);
        boolean there = Files.exists(path);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (way != Way.GROWING && !there) {
            var lineFeeds = new byte[1024 * 1024];
            Arrays.fill(lineFeeds, (byte) '\n');
            for (long at = 0; at < SEGMENT_BYTES; at += lineFeeds.length) {
                file.write(ByteBuffer.wrap(lineFeeds), at);
            }
            file.force(true);
        }
        if (way == Way.FILLED && number > 2) {
            Files.delete(directory.resolve(way + "-" + (number - 3)));
        }
        return file;
    }
}
