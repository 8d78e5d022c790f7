// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Octets;
import dev.boxcar.async.Producer;
import dev.boxcar.async.StreamProducer;
import java.io.InputStream;
import java.util.concurrent.Callable;

/**
 * The octets of a message, without dot-stuffing and end mark. Immutable as far as its source is; any thread.
 *
 * @param source makes the producer of the octets, once for each attempt
 * @param octets how many there are; {@link #UNKNOWN} where nobody counted. A source that makes another number fails the connection,
 *     so that no other message is taken for this one
 * @param isEightBit whether there is an octet above 127 (RFC 6152)
 * @param hasUtf8Header whether there is one in a header (RFC 6532), so that the server must offer SMTPUTF8
 */
public record Content(Source source, long octets, boolean isEightBit, boolean hasUtf8Header) {
    /** The number of octets of a content that nobody counted. */
    public static final long UNKNOWN = -1;

    /** Opens a content for the output of one channel, on its loop's thread. */
    @FunctionalInterface
    public interface Source {
        Producer open(Dispatcher channel);
    }

    public Content {
        if (octets < UNKNOWN) {
            throw new IllegalArgumentException("a content cannot have " + octets + " octets");
        }
    }

    /** Octets that are there already. The array is not copied: it must not change until it was sent. */
    public static Content of(byte[] octets) {
        return new Content(
                channel -> Octets.of(octets),
                octets.length,
                isEightBit(octets, octets.length),
                isEightBit(octets, header(octets)));
    }

    /** So many octets of the stream that {@code opener} opens; helpers of the loop open, read and close it. */
    public static Content opening(
            Callable<? extends InputStream> opener, long octets, boolean isEightBit, boolean hasUtf8Header) {
        return new Content(channel -> StreamProducer.opening(channel, opener), octets, isEightBit, hasUtf8Header);
    }

    private static boolean isEightBit(byte[] octets, int to) {
        for (int i = 0; i < to; i++) {
            if (octets[i] < 0) {
                return true;
            }
        }
        return false;
    }

    /** Where the header ends: at the first empty line. */
    private static int header(byte[] octets) {
        for (int i = 0; i + 3 < octets.length; i++) {
            if (octets[i] == '\r' && octets[i + 1] == '\n' && octets[i + 2] == '\r' && octets[i + 3] == '\n') {
                return i;
            }
        }
        return octets.length;
    }
}
