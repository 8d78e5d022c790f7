// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.tls.KeyFiles;
import dev.boxcar.tls.SelfSignedCertificate;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the extension writes files: in the directory of the build, which a clean build deletes. */
final class BuildDirectory {
    /** Two threads of a process cannot lock one file. */
    private static final Object LOCKING = new Object();

    private BuildDirectory() {}

    /**
     * {@code target/boxcar-lab} as in Maven; {@code build/boxcar-lab} if there is a build and no target, as in Gradle.
     */
    static Path path() {
        boolean gradle = Files.isDirectory(Path.of("build")) && !Files.isDirectory(Path.of("target"));
        return Path.of(gradle ? "build" : "target", "boxcar-lab");
    }

    /**
     * The self-signed certificate of all servers of the project. The first call creates it, while other processes of
     * the build wait.
     */
    static KeyFiles certificate(String hostname) throws IOException {
        Path directory = path();
        Files.createDirectories(directory);
        synchronized (LOCKING) {
            try (FileChannel file = FileChannel.open(
                    directory.resolve("self-signed.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.lock(); // until the channel closes
                return SelfSignedCertificate.in(directory, hostname);
            }
        }
    }
}
