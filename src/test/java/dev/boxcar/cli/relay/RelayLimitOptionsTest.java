// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.path.PathSyntax;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which addresses the relay takes from its clients. */
class RelayLimitOptionsTest {
    @Command
    private static final class Relay {
        @Mixin
        private RelayLimitOptions limits;
    }

    @Test
    void addressesThatTheRfcForbidsAreAcceptedOnlyIfAskedFor() {
        assertThat(paths()).isEqualTo(PathSyntax.STRICT);
        assertThat(paths("--lenient-paths")).isEqualTo(PathSyntax.LENIENT);
        assertThat(paths("--lenient-paths=false")).isEqualTo(PathSyntax.STRICT);
    }

    private static PathSyntax paths(String... arguments) {
        var relay = new Relay();
        new CommandLine(relay).parseArgs(arguments);
        return relay.limits.limits(1).paths();
    }
}
