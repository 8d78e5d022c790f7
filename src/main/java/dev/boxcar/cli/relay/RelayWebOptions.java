// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.option.HttpOptions;
import dev.boxcar.cli.value.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options about what an operator can see of the relay. */
public final class RelayWebOptions {
    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = HttpOptions.OFF,
            converter = HttpOptions.Address.class,
            description = "listen here for the page of the queue, its API, /metrics and /readyz, or off; an address"
                    + " other than localhost needs accounts (default: ${DEFAULT-VALUE})")
    String http;

    @Mixin
    HttpOptions server;

    @Option(
            names = "--record",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "keep the last sessions in which mail was sent, in at most 16 MiB of memory"
                    + " (default: ${DEFAULT-VALUE})")
    boolean record;

    /** Where to listen; null if the web server is off. */
    @Nullable
    HostPort address() {
        return HttpOptions.address(http);
    }
}
