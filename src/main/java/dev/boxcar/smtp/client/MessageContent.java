// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.producer.StreamProducer;
import java.io.InputStream;
import java.util.concurrent.Callable;

/**
 * The bytes of a message, without dot-stuffing and end mark. Immutable as far as its source is; any thread.
 *
 * @param source makes the producer of the bytes, once for each attempt
 * @param bytes how many there are; {@link #UNKNOWN} where nobody counted. A source that makes another number fails the
 *     connection, so that no other message is taken for this one
 * @param isEightBit whether there is a byte above 127 (RFC 6152)
 * @param hasUtf8Header whether there is one in a header (RFC 6532), so that the server must offer SMTPUTF8
 */
public record MessageContent(Source source, long bytes, boolean isEightBit, boolean hasUtf8Header) {
    /** The number of bytes of a content that nobody counted. */
    public static final long UNKNOWN = -1;

    /** Opens a content for the output of one channel, on its loop's thread. */
    @FunctionalInterface
    public interface Source {
        Producer open(Dispatcher channel);
    }

    public MessageContent {
        if (bytes < UNKNOWN) {
            throw new IllegalArgumentException("a content cannot have " + bytes + " octets");
        }
    }

    /** Bytes that are there already. The array is not copied: it must not change until it was sent. */
    public static MessageContent of(byte[] bytes) {
        return new MessageContent(
                channel -> BytesProducer.of(bytes),
                bytes.length,
                isEightBit(bytes, bytes.length),
                isEightBit(bytes, header(bytes)));
    }

    /** So many bytes of the stream that {@code opener} opens; helpers of the loop open, read and close it. */
    public static MessageContent opening(
            Callable<? extends InputStream> opener, long bytes, boolean isEightBit, boolean hasUtf8Header) {
        return new MessageContent(channel -> StreamProducer.opening(channel, opener), bytes, isEightBit, hasUtf8Header);
    }

    private static boolean isEightBit(byte[] bytes, int to) {
        for (int i = 0; i < to; i++) {
            if (bytes[i] < 0) {
                return true;
            }
        }
        return false;
    }

    /** Where the header ends: at the first empty line. */
    private static int header(byte[] bytes) {
        for (int i = 0; i + 3 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }
}
