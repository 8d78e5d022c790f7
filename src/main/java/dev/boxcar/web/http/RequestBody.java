// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import dev.boxcar.web.http.stream.MinimumDataRate;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of one request. Confined to the thread that handles the request.
 *
 * <p>A request may be refused before its body has been read, while the client still sends it. If the server then closed
 * the connection, the client would get a reset instead of the response (RFC 9112 §9.6). So the rest is read and
 * discarded, up to a bound.
 */
final class RequestBody {
    private static final long MAX_DISCARDED_BYTES = 64L * 1024 * 1024;

    private final Request request;
    private final InputStream in;

    RequestBody(Request request) {
        this.request = request;
        this.in = new MinimumDataRate(System::nanoTime).of(Content.Source.asInputStream(request));
    }

    /** All bytes. Throws a 413 if there are more than {@code maxBytes}. */
    byte[] read(int maxBytes) throws HttpProblem, IOException {
        byte[] bytes = in.readNBytes(maxBytes);
        if (bytes.length == maxBytes && in.read() >= 0) {
            discard();
            throw new HttpProblem(413, "the request body is larger than " + maxBytes + " bytes");
        }
        return bytes;
    }

    /** Reads what the client still sends. A client that waits for permission to send (100-continue) sends nothing. */
    void discard() throws IOException {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        byte[] buffer = new byte[32 * 1024];
        long discarded = 0;
        for (int count = 0; count >= 0 && discarded <= MAX_DISCARDED_BYTES; count = in.read(buffer)) {
            discarded += count;
        }
    }
}
