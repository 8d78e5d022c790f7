// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The content coding gzip (RFC 9110 §8.4.1.3), fast rather than tight. Any thread. */
final class Gzip {
    static final String NAME = "gzip";

    private static final int BUFFER = 8 * 1024;

    private Gzip() {}

    /** Whether a client that sent this Accept-Encoding takes gzip (RFC 9110 §12.5.3); nothing at all asks for none. */
    static boolean isTaken(@Nullable String acceptEncoding) {
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

    /** What is written comes out of {@code target} coded; closing it closes that. */
    static OutputStream to(OutputStream target) throws IOException {
        return new Fast(target);
    }

    /** These bytes, coded. */
    static byte[] of(byte[] bytes) {
        var coded = new ByteArrayOutputStream(bytes.length / 2);
        try (OutputStream out = to(coded)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written", e);
        }
        return coded.toByteArray();
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream target) throws IOException {
            super(target, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
