// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.SourceAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options about how mail is sent to each destination. Smarthosts and routes may set them differently. */
public final class DestinationOptions {
    @Option(
            names = "--destination-connections",
            paramLabel = "N",
            defaultValue = "20",
            converter = CountConverter.class,
            description = "maximum connections to one destination (default: ${DEFAULT-VALUE})")
    int connections;

    @Option(
            names = "--messages-per-connection",
            paramLabel = "N",
            defaultValue = "100",
            converter = CountConverter.class,
            description = "maximum messages over one connection (default: ${DEFAULT-VALUE})")
    int messagesPerConnection;

    @Option(
            names = "--messages-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description = "maximum messages to one destination in any minute; 0: no limit (default: ${DEFAULT-VALUE})")
    int messagesPerMinute;

    @Option(
            names = "--source-address",
            paramLabel = "LIST",
            split = ",",
            converter = SourceAddressConverter.class,
            description = "connect from these addresses, one IPv4 and one IPv6, each with a name for EHLO if wanted,"
                    + " such as 192.0.2.7=mail.example.org (default: the system's choice)")
    List<SourceAddress> sources = new ArrayList<>();

    /** The settings for destinations that have no others. */
    public HopSettings settings(MailRewriting rewriting) {
        return new HopSettings(connections, messagesPerConnection, messagesPerMinute, sources, rewriting);
    }
}
