// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandTest {
    @TempDir
    Path directory;

    @Test
    void reportsAWrongScriptInOneLineWithItsPlace() throws Exception {
        Path script = Files.writeString(directory.resolve("wrong.conf"), """
                rules = [
                  { on.verb = RCPT, do.reply.code = 550 }
                  { on.verb = RCPT, do.reply.kode = 550 }
                ]
                """);

        var run = Boxcar.run(Map.of(), "lab", "--smtp", "127.0.0.1:0", "--http", "off", "--script", script.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .containsExactly("boxcar: " + script
                        + ":3: rules[1].do.reply.kode: unknown key (known: carriedOut, code, lines, status, text)");
    }
}
