// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/options.md");
    private static final String WRITE = "boxcar.write.docs";

    @Test
    void theOptionsDocumentMatchesTheHelpTexts() throws IOException {
        String generated = new OptionsDocument().text();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(DOCUMENT, generated);
        }
        assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
                .as("%s is stale; write it anew: mvn test -Dtest=OptionsDocumentTest -D%s=true", DOCUMENT, WRITE)
                .isEqualTo(generated);
    }
}
