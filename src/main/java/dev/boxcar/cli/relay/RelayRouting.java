// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.relay.delivery.ClientTlsContexts.Trust;
import dev.boxcar.relay.policy.sts.StsPolicies;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MxLookup;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.OwnHosts;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTable;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.unit.IpAddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Where the options and the file of a relay send its mail. The relay and the commands that explain its configuration
 * use the same.
 */
public final class RelayRouting {
    /** The keys of the configuration file that have a structure of their own. */
    public static final Set<String> STRUCTURED_KEYS = Set.of(RelayConfig.SMARTHOSTS, RelayConfig.ROUTES);

    private final RelayOptions options;
    private final String hostname;
    private final HopSettings settings;
    private final List<RoutingRule> rules = new ArrayList<>();
    private final List<String> origins = new ArrayList<>();
    private final Map<String, NextHop> smarthosts = new LinkedHashMap<>();
    private final RelayTls tls;

    private RelayRouting(
            RelayOptions options,
            String hostname,
            HopSettings settings,
            RelayConfig file,
            @Nullable NextHop smarthost) {
        this.options = options;
        this.hostname = hostname;
        this.settings = settings;
        this.tls = new RelayTls(options.smarthost.authorities, options.mxTls.authorities);
        rules.addAll(file.rules());
        origins.addAll(file.origins());
        addLast(file, smarthost);
        new TreeSet<>(file.smarthosts().keySet())
                .forEach(name -> smarthosts.put(name, file.smarthosts().get(name)));
        rules.forEach(rule -> {
            if (rule.target() instanceof RoutingTarget.Smarthost target) {
                smarthosts.putIfAbsent(target.nextHop().name(), target.nextHop());
            }
        });
    }

    /** The last rule is for all mail. */
    private void addLast(RelayConfig file, @Nullable NextHop smarthost) {
        NextHop main = file.smarthosts().get(RelayConfig.MAIN);
        if (smarthost != null) {
            rules.add(RoutingRule.forAll(new RoutingTarget.Smarthost(smarthost)));
            origins.add("--smarthost");
        } else if (rules.isEmpty() && main != null) {
            rules.add(RoutingRule.forAll(new RoutingTarget.Smarthost(main)));
            origins.add(RelayConfig.SMARTHOSTS + "." + RelayConfig.MAIN + ", as there are no routes");
        } else {
            rules.add(RoutingRule.forAll(new RoutingTarget.Mx()));
            origins.add("the default");
        }
    }

    /** Reads the configuration. A mistake in it is a {@link ParameterException} of {@code command}. */
    public static RelayRouting of(RelayOptions options, Map<String, String> environment, CommandLine command) {
        try {
            HopSettings settings = options.hopSettings(environment);
            RelayConfig file = RelayConfig.read(options.config, settings);
            NextHop smarthost = options.smarthost.nextHop(command, settings);
            var routing = new RelayRouting(options, options.hostname(environment), settings, file, smarthost);
            routing.tls.check();
            options.mxTls.check();
            return routing;
        } catch (InvalidFileException | InvalidConfigException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ParameterException(
                    command, "--smarthost-tls-ca: " + options.smarthost.authorities + ": cannot be read as PEM");
        }
    }

    /** The rules in order; the last one is for all mail. */
    public List<RoutingRule> rules() {
        return List.copyOf(rules);
    }

    /** Where a rule comes from: file and line, or an option. */
    public String origin(int rule) {
        return origins.get(rule);
    }

    /** The servers of the configuration, also those that no rule names. */
    public List<NextHop> smarthosts() {
        return List.copyOf(smarthosts.values());
    }

    /** The relay's name. */
    public String hostname() {
        return hostname;
    }

    /** The name service that the options choose; with {@code --dnssec}, it says which answers are proven. */
    public NameService names() throws IOException {
        return options.mxTls.names(options.dns);
    }

    /** The MTA-STS policies of other domains, for a look at them; null if the relay does not follow them. */
    public @Nullable StsPolicies policies(NameService names) {
        return options.mxTls.explainedPolicies(names, options.spool, tls::publicTrust);
    }

    /** Whether the relay uses DANE. */
    public boolean isDaneUsed() {
        return options.mxTls.dnssec != MxTlsOptions.Dnssec.OFF;
    }

    /** Whether the relay follows MTA-STS policies. */
    public boolean isMtaStsUsed() {
        return options.mxTls.mtaSts;
    }

    /** What signs mail; the keys are read from their files. */
    public DkimSigner signer(CommandLine command) {
        return options.dkim.signer(command);
    }

    /** What is changed in mail of no particular destination. */
    public MailRewriting rewriting() {
        return settings.rewriting();
    }

    /** The table of the rules, with MX records from {@code names}. */
    public RoutingTable table(NameService names, StsPolicy.Source policies) {
        return new RoutingTable(rules, mx(names).withPolicies(policies), settings);
    }

    /** Look-ups of MX records for a relay that listens at the addresses of the options. */
    private MxLookup mx(NameService names) {
        var listening = new HashSet<InetSocketAddress>();
        for (ListenerOptions listener : options.listeners()) {
            InetAddress address = address(listener.host());
            if (address != null) {
                listening.add(new InetSocketAddress(address, listener.port()));
            }
        }
        return new MxLookup(names, new OwnHosts(hostname, listening), options.mxPort, TlsLevel.OPPORTUNISTIC);
    }

    private static @Nullable InetAddress address(String host) {
        return host.equals("localhost") ? InetAddress.getLoopbackAddress() : IpAddressText.parse(host);
    }

    /** The TLS of a connection to a host. Reads files. */
    public TlsSettings tls(MailHost host, boolean isVerified) {
        return tls.settings(host, isVerified ? Trust.SMARTHOST : Trust.ANY);
    }
}
