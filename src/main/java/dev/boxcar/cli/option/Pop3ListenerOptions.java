// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about POP3: where the sink's mail can be fetched. */
public final class Pop3ListenerOptions {
    @Option(
            names = "--pop3",
            paramLabel = "HOST:PORT",
            defaultValue = "off",
            converter = HostPort.OrOff.class,
            description = "listen here for POP3, such as localhost:1110, or off (default: ${DEFAULT-VALUE})")
    HostPort pop3;

    @Option(
            names = "--pop3s",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "listen here for POP3 with implicit TLS, such as localhost:1995 (default: none)")
    @Nullable
    HostPort pop3s;

    /** Where to listen for POP3; {@link HostPort#OFF} for nowhere. */
    public HostPort address() {
        return pop3;
    }

    /** Where to listen for POP3 with implicit TLS; {@link HostPort#OFF} for nowhere. */
    public HostPort implicitTlsAddress() {
        return pop3s == null ? HostPort.OFF : pop3s;
    }

    /** Whether there is any POP3 listener. */
    public boolean isWanted() {
        return !pop3.isOff() || pop3s != null;
    }
}
