// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The content coding gzip (RFC 9110 §8.4.1.3) at its fastest level. Jetty's own GzipHandler is deprecated for removal,
 * takes twice the CPU, and would let {@link MinimumDataRate} count bytes before they are compressed. Any thread.
 */
public final class Gzip {
    public static final String NAME = "gzip";

    private static final int BUFFER = 8 * 1024;

    private Gzip() {}

    /** Whether a client that sent this Accept-Encoding accepts gzip (RFC 9110 §12.5.3). Without the field, no. */
    public static boolean isAccepted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        boolean any = false;
        for (String coding : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = coding.split(";", 2);
            boolean refused = parts.length == 2 && parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
            String name = parts[0].strip();
            if (name.equals(NAME) || name.equals("x-gzip")) {
                return !refused;
            }
            any |= name.equals("*") && !refused;
        }
        return any;
    }

    /** A stream that compresses to {@code target}. Closing it closes {@code target}. */
    public static OutputStream compressTo(OutputStream target) throws IOException {
        return new Fast(target);
    }

    /** The bytes, compressed. */
    public static byte[] compress(byte[] bytes) {
        var compressed = new ByteArrayOutputStream(bytes.length / 2);
        try (OutputStream out = compressTo(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return compressed.toByteArray();
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream target) throws IOException {
            super(target, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
