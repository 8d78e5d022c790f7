// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.fuzz;

import dev.boxcar.smtp.CommandTarget;
import dev.boxcar.smtp.PathTarget;
import dev.boxcar.smtp.sasl.SaslTarget;
import dev.boxcar.smtp.server.ChunkTarget;
import dev.boxcar.smtp.server.ProxyTarget;
import dev.boxcar.smtp.server.SessionTarget;
import java.util.Locale;

/** The fuzz targets, used by the fuzzer and by {@link CorpusTest}. A target fails by throwing. */
public enum Target {
    COMMAND(CommandTarget::fuzzerTestOneInput),
    PATH(PathTarget::fuzzerTestOneInput),
    SESSION(SessionTarget::fuzzerTestOneInput),
    CHUNK(ChunkTarget::fuzzerTestOneInput),
    SASL(SaslTarget::fuzzerTestOneInput),
    PROXY(ProxyTarget::fuzzerTestOneInput);

    private interface Entry {
        void feed(byte[] bytes) throws Exception;
    }

    private final Entry entry;

    Target(Entry entry) {
        this.entry = entry;
    }

    void feed(byte[] bytes) throws Exception {
        entry.feed(bytes);
    }

    /** Its name on the command line, which is also the name of its corpus directory. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
