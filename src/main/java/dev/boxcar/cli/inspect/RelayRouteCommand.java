// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.relay.RelayOptions;
import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.source.ConfigKeys;
import dev.boxcar.cli.value.ForwardPathConverter;
import dev.boxcar.cli.value.ReversePathConverter;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.policy.sts.StsPolicies;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MailRoute;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RouteQuery;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTable;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.SigningKey;
import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar relay route}: says where a message would go, and why. */
@Command(
        name = "route",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay route [OPTION...] ADDRESS",
        header = "says where a message to ADDRESS would go, by which rule, with which TLS and credentials",
        description = {
            "",
            "Takes the options of 'boxcar relay', and decides as the relay does. No mail is sent; only name servers, and",
            "the MTA-STS policy server of the domain, are asked.",
            "",
            "Exit status: 0 if the message has somewhere to go, 1 if it would be returned or deferred, 2 if the",
            "configuration is wrong."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n")
public final class RelayRouteCommand implements Callable<Integer>, ConfigKeys.Structured {
    private static final int MAX_SECONDS = 30;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "ADDRESS", description = "the recipient of the message, or a local name such as root")
    String recipient = "";

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "the sender of the message, or a local name such as root (default: none, as of a report)")
    String from;

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            description = "the IP address of the client that submits it, or local (default: unknown)")
    @Nullable
    String client;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "the user as which the client has authenticated (default: none)")
    @Nullable
    String user;

    @Mixin
    RelayOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;
    private ReversePath sender = ReversePath.NULL;

    /** The command, with the variables of this environment. */
    public RelayRouteCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> structuredKeys() {
        return RelayRouting.STRUCTURED_KEYS;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RelayRouting routing = RelayRouting.of(options, environment, spec.commandLine());
        NameService names = routing.names();
        StsPolicies policies = routing.policies(names);
        StsPolicy.Source source =
                policies == null ? domain -> CompletableFuture.completedStage(StsPolicy.NONE) : policies;
        try (policies) {
            return explain(routing, names, source);
        }
    }

    private int explain(RelayRouting routing, NameService names, StsPolicy.Source policies)
            throws IOException, InterruptedException {
        RoutingTable table = routing.table(names, policies);
        DkimSigner signer = routing.signer(spec.commandLine());
        RecipientExpansion expansion = options.expansion(environment, spec.commandLine());
        String origin = expansion.local().origin();
        Mailbox mailbox = mailbox(origin);
        Submitter submitter = submitter();
        sender = sender(origin);
        line("sender", sender.mailbox() == null ? "none" : sender.mailbox().toString());
        line("recipient", mailbox.toString());
        List<Mailbox> addresses = expansion.expand(mailbox);
        line("client", submitter.addressText());
        line("user", user == null ? "none" : user);
        int status = 0;
        for (Mailbox address : addresses) {
            if (!addresses.equals(List.of(mailbox))) {
                spec.commandLine().getOut().println();
                line("becomes", address + ", by aliases or maps");
            }
            var query = new RouteQuery(sender, address, submitter);
            MailRoute route = explainRule(routing, table, query);
            status = Math.max(status, print(route));
            if (route instanceof MailRoute.ToHosts hosts) {
                explainTls(hosts.nextHop(), address.domain(), policies, new TlsExplanation(routing, names));
            }
        }
        explain(signer, routing);
        spec.commandLine().getOut().flush();
        return status;
    }

    /** The recipient; a local name gets the origin, as in mail. */
    private Mailbox mailbox(String origin) {
        try {
            String complete = recipient.contains("@") ? recipient : recipient + "@" + origin;
            return new ForwardPathConverter().convert(complete).mailbox();
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "ADDRESS: " + e.getMessage());
        }
    }

    /** The sender; a local name gets the origin, too. */
    private ReversePath sender(String origin) {
        try {
            boolean isLocal = !from.isBlank() && !from.contains("@") && !from.contains("<");
            return new ReversePathConverter().convert(isLocal ? from + "@" + origin : from);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "--from: " + e.getMessage());
        }
    }

    private Submitter submitter() {
        Submitter at = client == null ? Submitter.UNKNOWN : Submitter.at(client);
        if (at == null) {
            throw new ParameterException(
                    spec.commandLine(), "--client: '" + client + "' is neither an IP address nor local");
        }
        return at.withUser(user);
    }

    private MailRoute explainRule(RelayRouting routing, RoutingTable table, RouteQuery query)
            throws IOException, InterruptedException {
        List<RoutingRule> rules = routing.rules();
        int chosen = table.ruleFor(query);
        for (int i = 0; i < chosen; i++) {
            line(
                    "no match",
                    routing.origin(i) + ": " + rules.get(i).conditions() + "; "
                            + rules.get(i).mismatch(query));
        }
        if (chosen >= 0) {
            line("rule", routing.origin(chosen) + ": " + rules.get(chosen).conditions());
        }
        return route(table, query);
    }

    private void explainTls(NextHop nextHop, String domain, StsPolicy.Source policies, TlsExplanation explanation)
            throws IOException, InterruptedException {
        if (nextHop.protocol() == ClientProtocol.LMTP) {
            return;
        }
        if (!nextHop.isSmarthost() && !domain.startsWith("[")) {
            line("MTA-STS", explanation.mtaSts(await(policies.policyOf(domain))));
            line("DANE", explanation.dane(nextHop.policy()));
        }
        for (MailHost host : nextHop.hosts()) {
            line("to " + host.name(), explanation.usual(nextHop, host));
            line("REQUIRETLS", explanation.demanded(nextHop, host));
        }
    }

    /** The keys that sign if the From field has the address of the sender; in a report it has the relay's name. */
    private void explain(DkimSigner signer, RelayRouting routing) {
        Mailbox author = routing.rewriting().sender(sender).mailbox();
        String domain = author == null ? routing.hostname() : author.domain();
        List<SigningKey> keys = signer.keysOf(domain);
        line(
                "DKIM",
                keys.isEmpty()
                        ? "not signed: no key is for From addresses in " + domain
                        : "signed if the From address is in " + domain + ": "
                                + keys.stream().map(SigningKey::toString).collect(Collectors.joining(", ")));
    }

    private static MailRoute route(RoutingTable table, RouteQuery query) throws InterruptedException, IOException {
        return await(table.route(query));
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException, IOException {
        try {
            return stage.toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the name servers did not answer within " + MAX_SECONDS + " s", e);
        }
    }

    private int print(MailRoute route) {
        if (route instanceof MailRoute.ToHosts hosts) {
            print(hosts.nextHop());
            return 0;
        } else if (route instanceof MailRoute.Failure failure) {
            line(
                    "result",
                    (failure.isPermanent() ? "returned to the sender: " : "deferred: ") + failure.status() + " "
                            + failure.reason());
            return ExitStatus.FAILED;
        }
        line("result", "discarded");
        return 0;
    }

    private void print(NextHop nextHop) {
        line("next hop", nextHop.name() + (nextHop.isSmarthost() ? ", from the configuration" : ", by DNS"));
        line("protocol", nextHop.protocol().name());
        for (MailHost host : nextHop.hosts()) {
            line(
                    "host",
                    host + ", preference " + host.preference()
                            + (nextHop.isSmarthost() ? ", weight " + host.weight() : ""));
        }
        line("TLS", CheckReport.level(nextHop) + ": " + TlsExplanation.of(nextHop.tls()));
        line("credentials", credentials(nextHop.credentials()));
    }

    private static String credentials(@Nullable CredentialSource source) {
        if (source == null) {
            return "none";
        }
        try {
            return "user " + CredentialReading.read(source).user() + ", from " + source.origin();
        } catch (IOException e) {
            return "none: " + e.getMessage();
        }
    }

    private void line(String name, String value) {
        spec.commandLine().getOut().printf("%-12s %s%n", name, TerminalText.of(value));
    }
}
