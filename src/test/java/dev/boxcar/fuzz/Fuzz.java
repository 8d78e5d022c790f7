// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.fuzz;

import java.util.Locale;

/** Jazzer's entry point; the property {@code target} selects the fuzz target. */
public final class Fuzz {
    private static final Target TARGET =
            Target.valueOf(System.getProperty("target", "session").toUpperCase(Locale.ROOT));

    private Fuzz() {}

    /** Jazzer calls this method by its name. */
    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        TARGET.feed(bytes);
    }
}
