// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The state of one file on a simulated disk: the forced bytes, and the changes since then, of which power loss leaves a
 * random part. One thread at a time.
 */
final class PowerLossFile {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;

    private byte[] forced;
    private final List<Change> since = new ArrayList<>();

    /** A write, or if {@code bytes} is null, a truncation at {@code position}. */
    private static final class Change {
        final long position;
        final byte @Nullable [] bytes;

        Change(long position, byte @Nullable [] bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    /** How much of the unforced changes remains. */
    private enum Left {
        NOTHING,
        ALL,
        /** The first changes, and a part of the next one. */
        PREFIX,
        /** Some pages, in any order. */
        PAGES,
        /** Some sectors, so that pages may be torn. */
        SECTORS
    }

    PowerLossFile(byte[] forced) {
        this.forced = forced;
    }

    void write(long position, byte[] bytes) {
        since.add(new Change(position, bytes));
    }

    void truncate(long length) {
        since.add(new Change(length, null));
    }

    void force() {
        for (Change change : since) {
            apply(change);
        }
        since.clear();
    }

    private void apply(Change change) {
        if (change.bytes == null) {
            forced = Arrays.copyOf(forced, (int) change.position);
        } else {
            put((int) change.position, change.bytes, 0, change.bytes.length, (byte) 0);
        }
    }

    private void put(int position, byte[] bytes, int from, int to, byte gap) {
        int end = position + to;
        if (forced.length < end) {
            int before = forced.length;
            forced = Arrays.copyOf(forced, end);
            Arrays.fill(forced, before, end, gap);
        }
        System.arraycopy(bytes, from, forced, position + from, to - from);
    }

    /** Everything that the process wrote, which is what remains if only the process dies. */
    byte[] written() {
        force();
        return forced;
    }

    /** What remains after power loss. */
    byte[] afterPowerLoss(Random random) {
        Left left = Left.values()[random.nextInt(Left.values().length)];
        byte gap = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0); // zeros, or bytes of an earlier file
        int kept = left == Left.PREFIX && !since.isEmpty() ? random.nextInt(since.size()) : 0;
        for (int i = 0; i < since.size(); i++) {
            Change change = since.get(i);
            switch (left) {
                case NOTHING -> {}
                case ALL -> apply(change);
                case PREFIX -> {
                    if (i < kept) {
                        apply(change);
                    } else if (i == kept && change.bytes != null) {
                        put((int) change.position, change.bytes, 0, random.nextInt(change.bytes.length + 1), gap);
                    }
                }
                case PAGES -> scatter(change, PAGE, random, gap);
                case SECTORS -> scatter(change, SECTOR, random, gap);
            }
        }
        since.clear();
        return forced;
    }

    private void scatter(Change change, int unit, Random random, byte gap) {
        if (change.bytes == null) {
            if (random.nextBoolean()) {
                apply(change);
            }
            return;
        }
        int position = (int) change.position;
        int length = change.bytes.length;
        for (int from = 0; from < length; ) {
            int to = Math.min(length, from + unit - (position + from) % unit);
            if (random.nextInt(3) > 0) {
                put(position, change.bytes, from, to, gap);
            }
            from = to;
        }
        if (random.nextBoolean() && forced.length < position + length) {
            put(position + length, change.bytes, 0, 0, gap); // the new length is on disk, the bytes are not
        }
    }
}
