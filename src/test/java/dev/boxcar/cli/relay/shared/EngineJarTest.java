// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the program looks for the client of an engine. */
class EngineJarTest {
    private static final String JAR = "boxcar-artemis.jar";

    @TempDir
    Path usr;

    private Path program;

    @BeforeEach
    void install() throws IOException {
        program = Files.createFile(Files.createDirectories(usr.resolve("bin")).resolve("boxcar"));
    }

    private Path put(String directory) throws IOException {
        return Files.createFile(Files.createDirectories(usr.resolve(directory)).resolve(JAR));
    }

    @Test
    void theJarOfAPackageIsFoundBesideBin() throws IOException {
        Path shared = put("share/boxcar");
        assertThat(EngineJar.near(program, JAR)).isEqualTo(shared);
    }

    @Test
    void theJarBesideTheProgramIsTakenFirst() throws IOException {
        put("share/boxcar");
        Path beside = put("bin");
        assertThat(EngineJar.near(program, JAR)).isEqualTo(beside);
    }

    @Test
    void withoutAnyTheUserIsToldToPutItBesideTheProgram() {
        assertThat(EngineJar.near(program, JAR)).isEqualTo(usr.resolve("bin").resolve(JAR));
    }
}
