// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.cli.option.InvalidFileException;
import dev.boxcar.cli.value.BooleanConverter;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.relay.dns.SecureNameService;
import dev.boxcar.relay.policy.https.HttpsClient;
import dev.boxcar.relay.policy.sts.HttpsPolicyFetch;
import dev.boxcar.relay.policy.sts.StsPolicies;
import dev.boxcar.relay.route.DnsNameService;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.tls.ClientTrust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options about how the servers that MX records name must prove who they are. */
public final class MxTlsOptions {
    /** The keys that sign the root zone: those of 2017 and 2024 (IANA, root-anchors.xml). */
    static final String ROOT_ANCHORS = """
            . 3600 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . 3600 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;

    private static final String POLICY_FILE = "mta-sts";
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);

    /** How it is known that DNSSEC proves an answer. */
    enum Dnssec {
        /** It is not known. */
        OFF,
        /** The name servers say so. */
        RESOLVER,
        /** The relay validates every answer. */
        VALIDATE
    }

    @Option(
            names = "--mta-sts",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            converter = BooleanConverter.class,
            description = "follow the MTA-STS policies of other domains (default: ${DEFAULT-VALUE})")
    boolean mtaSts;

    @Option(
            names = "--mta-sts-port",
            paramLabel = "PORT",
            defaultValue = "443",
            converter = CountConverter.class,
            description = "the HTTPS port of policy servers, for tests (default: ${DEFAULT-VALUE})")
    int mtaStsPort;

    @Option(
            names = "--mta-sts-ca",
            paramLabel = "FILE",
            description =
                    "trust these certificates (PEM) of policy servers, and of mail servers that a policy names (default: the JDK's)")
    @Nullable
    Path authorities;

    @Option(
            names = "--dnssec",
            paramLabel = "off|resolver|validate",
            defaultValue = "off",
            converter = DnssecConverter.class,
            description =
                    "use DANE with answers proven by DNSSEC; resolver: believe the name servers, which must be close; validate: check each answer (default: ${DEFAULT-VALUE})")
    Dnssec dnssec;

    @Option(
            names = "--dnssec-anchors",
            paramLabel = "FILE",
            description = "DS or DNSKEY records to trust, as in a zone file (default: those of the root)")
    @Nullable
    Path anchors;

    /**
     * The name service that serves the options.
     *
     * @param servers the name servers; the system's if empty
     */
    NameService names(List<InetSocketAddress> servers) throws IOException {
        if (dnssec == Dnssec.OFF) {
            return servers.isEmpty() ? DnsNameService.ofSystem() : DnsNameService.of(servers);
        }
        var resolver = DnsNameService.resolver(servers);
        SecureNameService names = dnssec == Dnssec.RESOLVER
                ? SecureNameService.trusting(resolver)
                : SecureNameService.validating(resolver, anchors());
        return servers.isEmpty() ? names.withHostsFile() : names;
    }

    /** Checks the files. */
    void check() throws InvalidFileException {
        try {
            if (authorities != null) {
                ClientTrust.of(authorities);
            }
        } catch (IOException e) {
            throw new InvalidFileException("--mta-sts-ca: " + authorities + ": cannot be read as PEM", e);
        }
        try {
            if (anchors != null) {
                SecureNameService.validating(DnsNameService.resolver(List.of()), anchors());
            }
        } catch (IOException | RuntimeException e) {
            throw new InvalidFileException(
                    "--dnssec-anchors: " + anchors + ": cannot be read as DS or DNSKEY records", e);
        }
    }

    private byte[] anchors() throws IOException {
        return anchors == null ? ROOT_ANCHORS.getBytes(US_ASCII) : Files.readAllBytes(anchors);
    }

    /** The policies of other domains, kept in the spool directory; null if they are not followed. */
    @Nullable
    StsPolicies policies(NameService names, Path spool, Callable<SSLContext> trust) {
        if (!mtaSts) {
            return null;
        }
        return StsPolicies.open(
                names, fetch(names, trust), spool.resolve(POLICY_FILE), Clock.systemUTC(), BETWEEN_LOOKS);
    }

    /** The same policies for a command that explains them; nothing is kept. */
    @Nullable
    StsPolicies explainedPolicies(NameService names, Path spool, Callable<SSLContext> trust) {
        return mtaSts
                ? StsPolicies.reading(names, fetch(names, trust), spool.resolve(POLICY_FILE), Clock.systemUTC())
                : null;
    }

    private HttpsPolicyFetch fetch(NameService names, Callable<SSLContext> trust) {
        return new HttpsPolicyFetch(https(names, trust), mtaStsPort);
    }

    /** Sends reports to servers of other domains, which need certificates of the same authorities. */
    HttpsClient https(NameService names, Callable<SSLContext> trust) {
        return new HttpsClient(names, trust, FETCH_TIMEOUT);
    }

    /** The name of a setting of {@link Dnssec}. */
    static final class DnssecConverter implements ITypeConverter<Dnssec> {
        @Override
        public Dnssec convert(String text) {
            for (Dnssec one : Dnssec.values()) {
                if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return one;
                }
            }
            throw new TypeConversionException("invalid value '" + text + "': use off, resolver or validate");
        }
    }
}
