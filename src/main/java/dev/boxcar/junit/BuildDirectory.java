// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the extension writes files: in the directory of the build, which a clean build deletes. */
final class BuildDirectory {
    private BuildDirectory() {}

    /**
     * {@code target/boxcar-lab} as in Maven; {@code build/boxcar-lab} if there is a build and no target, as in Gradle.
     */
    static Path path() {
        boolean gradle = Files.isDirectory(Path.of("build")) && !Files.isDirectory(Path.of("target"));
        return Path.of(gradle ? "build" : "target", "boxcar-lab");
    }
}
