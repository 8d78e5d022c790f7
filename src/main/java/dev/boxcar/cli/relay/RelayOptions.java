// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.option.AuthOptions;
import dev.boxcar.cli.option.ListenOption;
import dev.boxcar.cli.option.TlsOptions;
import dev.boxcar.cli.relay.dkim.DkimOptions;
import dev.boxcar.cli.relay.setting.DestinationOptions;
import dev.boxcar.cli.relay.setting.RewriteOptions;
import dev.boxcar.cli.relay.setting.TlsReportOptions;
import dev.boxcar.cli.relay.shared.SharedQueueOptions;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.Hostname;
import dev.boxcar.cli.value.SyncConverter;
import dev.boxcar.relay.RelayPolicy;
import dev.boxcar.relay.alias.InvalidAliasesException;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code boxcar relay}. */
public final class RelayOptions {
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1", "local");

    @Option(
            names = "--smtp",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:2525",
            converter = HostPort.OrOff.class,
            description = "listen here for SMTP, or off; port 0: any free port (default: ${DEFAULT-VALUE})")
    HostPort smtp;

    @Option(
            names = "--listen",
            paramLabel = "LISTENER",
            hideParamSyntax = true,
            split = ";",
            converter = ListenOption.Converter.class,
            description = "an additional listener, such as unix:/run/smtp or :587,tls=required (default: none)")
    List<ListenOption> listen = new ArrayList<>();

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "directory of the queue (default: ${DEFAULT-VALUE})")
    Path spool;

    @Option(
            names = "--sync",
            paramLabel = "group|none|DURATION",
            defaultValue = "group",
            converter = SyncConverter.class,
            description =
                    "force to disk: group: before the 250; 100ms: within that time; none: at exit (default: ${DEFAULT-VALUE})")
    Sync sync;

    @Mixin
    SharedQueueOptions queue;

    @Mixin
    SmarthostOptions smarthost;

    @Option(
            names = "--networks",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "127.0.0.0/8,::1,local",
            converter = NetworkConverter.class,
            description = "clients that may send to anyone; local: Unix-domain sockets (default: ${DEFAULT-VALUE})")
    List<String> networks = new ArrayList<>(LOOPBACK);

    @Option(
            names = "--relay-domains",
            paramLabel = "LIST",
            split = ",",
            converter = RelayDomainConverter.class,
            description = "domains that any client may send to (default: none)")
    List<String> relayDomains = new ArrayList<>();

    @Mixin
    AuthOptions auth;

    @Mixin
    TlsOptions tls;

    @Option(
            names = "--mx-port",
            paramLabel = "PORT",
            defaultValue = "25",
            converter = CountConverter.class,
            description = "the port of the servers that MX records name (default: ${DEFAULT-VALUE})")
    int mxPort;

    @Option(
            names = "--dns",
            paramLabel = "HOST:PORT",
            split = ",",
            converter = DnsConverter.class,
            description = "ask these name servers (default: the system's)")
    List<InetSocketAddress> dns = new ArrayList<>();

    @Mixin
    RewriteOptions rewrite;

    @Mixin
    DkimOptions dkim;

    @Mixin
    DestinationOptions destinations;

    @Mixin
    MxTlsOptions mxTls;

    @Mixin
    TlsReportOptions tlsReport;

    @Mixin
    RetryOptions retries;

    @Option(
            names = "--delivery-timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long another server may take for each reply (default: 30s to connect, then as RFC 5321"
                    + " says, 2m to 10m)")
    @Nullable
    Duration deliveryTimeout;

    @Mixin
    RelayLimitOptions limits;

    @Mixin
    RelayWebOptions web;

    @Option(
            names = "--delivery-loops",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "number of event loops that deliver; each is a thread (default: ${DEFAULT-VALUE})")
    int deliveryLoops;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the host name in the banner, EHLO and Received (default: this machine's name)")
    @Nullable
    Hostname hostname;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "a HOCON file with options as keys: max-recipients = 100 (default: none)")
    @Nullable
    Path config;

    /** The relay's name. */
    String hostname(Map<String, String> environment) {
        return (hostname == null ? Hostname.ofThisMachine(environment) : hostname).name();
    }

    /** How mail is sent where no smarthost and no route says otherwise. */
    HopSettings hopSettings(Map<String, String> environment) {
        return destinations.settings(rewrite.rewriting(hostname(environment)));
    }

    /** Who gets mail after aliases and maps. A mistake in the file of aliases is one of {@code command}. */
    public RecipientExpansion expansion(Map<String, String> environment, CommandLine command) {
        try {
            String machine = Hostname.ofThisMachine(environment).name();
            return rewrite.expansion(hostname(environment), machine);
        } catch (InvalidAliasesException e) {
            throw new ParameterException(command, "--aliases: " + e.getMessage());
        }
    }

    /** Who may send to whom. */
    RelayPolicy.Permissions permissions() {
        return new RelayPolicy.Permissions(Networks.of(networks), new TreeSet<>(relayDomains));
    }

    /** The SMTP listeners; none of a relay that only delivers. */
    List<ListenerOptions> listeners() {
        var listeners = new ArrayList<ListenerOptions>();
        if (!queue.role().accepts()) {
            return listeners;
        }
        if (!smtp.isOff()) {
            listeners.add(ListenerOptions.at(smtp.host(), smtp.port()));
        }
        if (tls.implicitTlsAddress() != null) {
            HostPort address = tls.implicitTlsAddress();
            listeners.add(ListenerOptions.at(address.host(), address.port()).withTls(ListenerOptions.Tls.IMPLICIT));
        }
        listen.forEach(option -> listeners.add(option.listener()));
        return listeners;
    }

    /** A network, checked. */
    static final class NetworkConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String network = text.strip();
            try {
                Networks.of(List.of(network));
                return network;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A domain that any client may send to; not all of them. */
    static final class RelayDomainConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.strip().equals("*")) {
                throw new TypeConversionException("* would make this an open relay, which anyone can abuse: name your"
                        + " own domains, and your clients in --networks");
            }
            return new RewriteOptions.DomainConverter().convert(text);
        }
    }

    /** The address of a name server; the port may be missing. */
    static final class DnsConverter implements ITypeConverter<InetSocketAddress> {
        private static final int PORT = 53;

        @Override
        public InetSocketAddress convert(String text) {
            InetAddress alone = IpAddressText.parse(text);
            if (alone != null) {
                return new InetSocketAddress(alone, PORT);
            }
            try {
                HostPort address = HostPort.parse(text);
                InetAddress server = IpAddressText.parse(address.host());
                if (server == null || address.port() == 0) {
                    throw new TypeConversionException(
                            "invalid name server '" + text + "': expected an IP address and a port");
                }
                return new InetSocketAddress(server, address.port());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
