// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.RecordedInput.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The beginning of a session's input, with secrets blanked out. Guarded by the lock of its {@link Recording}. */
final class InputCapture {
    private static final int INITIAL_BYTES = 64;
    /** The heap that one {@link Range} takes in its list. */
    private static final int RANGE_BYTES = 40;

    /** The heap that an empty capture takes. */
    private static final int OVERHEAD_BYTES = 60;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    /** Immutable while it is empty, because most sessions have no secrets. */
    private List<Range> secrets = List.of();

    private byte[] bytes = NOTHING;
    private int length;
    private long total;

    /** A capture of at most this many bytes. */
    InputCapture(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds the bytes of a read, as far as there is room. Returns by how much the heap that this takes has grown. */
    int add(byte[] source, int from, int to) {
        int before = bytes.length;
        int kept = Math.min(to - from, maxBytes - length);
        if (length + kept > bytes.length) {
            int wanted = Math.max(length + kept, Math.max(INITIAL_BYTES, bytes.length * 2));
            bytes = Arrays.copyOf(bytes, Math.min(maxBytes, wanted));
        }
        System.arraycopy(source, from, bytes, length, kept);
        length += kept;
        total += to - from;
        return bytes.length - before;
    }

    /** Blanks out a secret. Returns by how much the heap that this takes has grown. */
    int blank(long from, long to) {
        if (from >= length || from >= to) {
            return 0;
        }
        int end = (int) Math.min(to, length);
        Arrays.fill(bytes, (int) from, end, (byte) '*');
        secrets = secrets.isEmpty() ? new ArrayList<>() : secrets;
        secrets.add(new Range(from, to));
        return RANGE_BYTES;
    }

    /** Frees what it does not need; returns by how much it has grown, a negative number. */
    int trim() {
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, length);
        return bytes.length - before;
    }

    /** The heap that it takes. */
    int heapBytes() {
        return OVERHEAD_BYTES + bytes.length + secrets.size() * RANGE_BYTES;
    }

    RecordedInput snapshot() {
        return new RecordedInput(Arrays.copyOf(bytes, length), total, List.copyOf(secrets));
    }
}
