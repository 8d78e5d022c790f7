// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.fuzz;

import java.util.Locale;

/** Where Jazzer comes in: the property {@code target} says what its bytes are fed to. */
public final class Fuzz {
    private static final Target TARGET =
            Target.valueOf(System.getProperty("target", "session").toUpperCase(Locale.ROOT));

    private Fuzz() {}

    /** Jazzer looks for this name. */
    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        TARGET.feed(bytes);
    }
}
