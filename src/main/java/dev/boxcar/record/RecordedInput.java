// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.util.List;

/**
 * The bytes that a client sent, from the first byte of its session on. Secrets are blanked out: each of their bytes is
 * an asterisk.
 *
 * @param bytes the bytes that were kept; not copied, and must not be changed
 * @param total how many bytes the client sent in all
 * @param secrets the parts of the input that were blanked out, in order
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RecordedInput(byte[] bytes, long total, List<Range> secrets) {

    /** The bytes {@code from} to {@code to} (exclusive) of the input. */
    public record Range(long from, long to) {}

    /** Whether all of the input was kept. */
    public boolean isComplete() {
        return total == bytes.length;
    }

    /** Whether a part of the bytes {@code from} to {@code to} (exclusive) was blanked out. */
    public boolean hasSecret(long from, long to) {
        return secrets.stream().anyMatch(secret -> secret.from() < to && secret.to() > from);
    }
}
