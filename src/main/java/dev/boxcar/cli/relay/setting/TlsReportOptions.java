// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.smtp.path.Mailbox;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option about reports to other domains about TLS. */
public final class TlsReportOptions {
    @Option(
            names = "--tls-report",
            paramLabel = "ADDRESS",
            converter = RewriteOptions.AddressConverter.class,
            description = "send daily reports about TLS to domains that ask for them (RFC 8460), as this author"
                    + " (default: off)")
    @Nullable
    Mailbox contact;

    /** The author of the reports; null if none are sent. */
    public @Nullable Mailbox contact() {
        return contact;
    }
}
