// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import picocli.CommandLine.Option;

/** The options about what an operator can see of the relay. */
public final class RelayWebOptions {
    @Option(
            names = "--record",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "keep the last sessions in which mail was sent, in at most 16 MiB of memory"
                    + " (default: ${DEFAULT-VALUE})")
    boolean record;
}
