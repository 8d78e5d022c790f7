// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
import dev.boxcar.async.producer.StreamProducer;
import dev.boxcar.smtp.path.Ascii;
import java.io.InputStream;
import java.util.concurrent.Callable;

/**
 * The bytes of a message, without dot-stuffing and final dot. As immutable as its source; any thread.
 *
 * @param source creates the producer of the bytes, once per attempt
 * @param bytes their number, or {@link #UNKNOWN}. If a source produces another number, the connection fails, so that no
 *     truncated message is delivered
 * @param isEightBit whether any byte is above 127 (RFC 6152)
 * @param hasUtf8Header whether any byte of the header is above 127 (RFC 6532), so that the server must offer SMTPUTF8
 * @param isReadyForData whether the bytes can follow DATA unchanged, because no line begins with a dot and the last one
 *     ends with CRLF (RFC 5321 §4.5.2). Otherwise they are searched for such lines while they are sent
 */
public record MessageContent(
        Source source, long bytes, boolean isEightBit, boolean hasUtf8Header, boolean isReadyForData) {
    /** The size of a content whose bytes were not counted. */
    public static final long UNKNOWN = -1;

    /** Opens a content for the output of one channel. Called on the channel's loop thread. */
    @FunctionalInterface
    public interface Source {
        Producer open(Dispatcher channel);
    }

    public MessageContent {
        if (bytes < UNKNOWN) {
            throw new IllegalArgumentException("invalid size of a message: " + bytes);
        }
    }

    /** A content that is searched for dots while it is sent. */
    public MessageContent(Source source, long bytes, boolean isEightBit, boolean hasUtf8Header) {
        this(source, bytes, isEightBit, hasUtf8Header, false);
    }

    /** Returns the same content with {@link #isReadyForData} set. */
    public MessageContent readyForData() {
        return new MessageContent(source, bytes, isEightBit, hasUtf8Header, true);
    }

    /** A content in memory. The array is not copied and must not change until the message was sent. */
    public static MessageContent of(byte[] bytes) {
        return new MessageContent(
                channel -> BytesProducer.of(bytes),
                bytes.length,
                !Ascii.isSevenBit(bytes, 0, bytes.length),
                !Ascii.isSevenBit(bytes, 0, endOfHeader(bytes)));
    }

    /** A content of {@code bytes} bytes from a stream; worker threads of the loop open, read and close it. */
    public static MessageContent opening(
            Callable<? extends InputStream> opener, long bytes, boolean isEightBit, boolean hasUtf8Header) {
        return new MessageContent(channel -> StreamProducer.opening(channel, opener), bytes, isEightBit, hasUtf8Header);
    }

    /** The index of the first empty line, which ends the header. */
    private static int endOfHeader(byte[] bytes) {
        for (int i = 0; i + 3 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }
}
