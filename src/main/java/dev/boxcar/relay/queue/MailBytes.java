// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

/**
 * The bytes of a message in memory: the first {@code length} of an array, which may be longer.
 *
 * @param array not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MailBytes(byte[] array, int length) {
    /** A longer message is read from the disk in pieces: 64 KiB of text and its header are less. */
    public static final int MAX_LENGTH = 128 * 1024;

    /** All bytes of an array. */
    public static MailBytes of(byte[] array) {
        return new MailBytes(array, array.length);
    }
}
