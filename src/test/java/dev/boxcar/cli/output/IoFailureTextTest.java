// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class IoFailureTextTest {
    @Test
    void aFailureWithoutAReasonGetsOne() {
        assertThat(IoFailureText.of(new AccessDeniedException("/spool"))).isEqualTo("/spool: permission denied");
        assertThat(IoFailureText.of(new NoSuchFileException("/spool"))).isEqualTo("/spool: no such file");
        assertThat(IoFailureText.of(new DirectoryNotEmptyException("/spool"))).isEqualTo("/spool: DirectoryNotEmpty");
        assertThat(IoFailureText.of(new FileSystemException("/spool", null, "No space left on device")))
                .isEqualTo("/spool: No space left on device");
        assertThat(IoFailureText.of(new IOException("broken pipe"))).isEqualTo("broken pipe");
    }
}
