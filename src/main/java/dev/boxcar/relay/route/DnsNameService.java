// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupFailedException;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** Looks names up in the DNS, asynchronously; answers are kept for their TTL. Any thread. */
public final class DnsNameService implements NameService {
    private static final Duration TIMEOUT_PER_SERVER = Duration.ofSeconds(3);
    private static final int MAX_CACHED_NAMES = 50_000;

    private final LookupSession session;

    private DnsNameService(LookupSession.LookupSessionBuilder builder) {
        var cache = new Cache(DClass.IN);
        cache.setMaxEntries(MAX_CACHED_NAMES);
        this.session = builder.cache(cache)
                .clearSearchPath()
                .executor(ForkJoinPool.commonPool())
                .build();
    }

    /** Asks the servers that this machine is configured for, and its hosts file. */
    public static DnsNameService ofSystem() {
        return new DnsNameService(
                LookupSession.builder().resolver(resolver(List.of())).ndots(1).defaultHostsFileParser());
    }

    /** Asks these servers, the next one when one does not answer. Does not read the hosts file. */
    public static DnsNameService of(List<InetSocketAddress> servers) {
        return new DnsNameService(
                LookupSession.builder().resolver(resolver(servers)).ndots(1));
    }

    /** A client of these name servers, the next one when one does not answer; without any, of the system's. */
    public static Resolver resolver(List<InetSocketAddress> servers) {
        if (servers.isEmpty()) {
            var system = new ExtendedResolver();
            system.setTimeout(TIMEOUT_PER_SERVER);
            return system;
        }
        List<Resolver> resolvers = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            var resolver = new SimpleResolver(server);
            resolver.setTimeout(TIMEOUT_PER_SERVER);
            resolvers.add(resolver);
        }
        return new ExtendedResolver(resolvers);
    }

    @Override
    public CompletionStage<Answer<Mx>> mx(String domain) {
        return lookUp(domain, Type.MX, record -> {
            var mx = (MXRecord) record;
            return new Mx(mx.getPriority(), hostName(mx.getTarget()));
        });
    }

    /** The name in lower case without the dot at its end; empty for the root, which stands for no host (RFC 7505). */
    public static String hostName(Name name) {
        return name.equals(Name.root) ? "" : name.toString(true).toLowerCase(Locale.ROOT);
    }

    @Override
    public CompletionStage<Answer<InetAddress>> addresses(String host) {
        CompletionStage<Answer<InetAddress>> six =
                lookUp(host, Type.AAAA, record -> ((AAAARecord) record).getAddress());
        CompletionStage<Answer<InetAddress>> four = lookUp(host, Type.A, record -> ((ARecord) record).getAddress());
        return six.thenCombine(four, DnsNameService::both);
    }

    @Override
    public CompletionStage<Answer<String>> texts(String name) {
        return lookUp(name, Type.TXT, record -> String.join("", ((TXTRecord) record).getStrings()));
    }

    private static Answer<InetAddress> both(Answer<InetAddress> six, Answer<InetAddress> four) {
        var all = new ArrayList<>(six.values());
        all.addAll(four.values());
        if (!all.isEmpty()) {
            return Answer.of(all);
        }
        return six.status() == Status.FAILED ? six : four;
    }

    private <T> CompletionStage<Answer<T>> lookUp(String name, int type, Function<Record, T> value) {
        Name absolute = absolute(name);
        if (absolute == null) {
            return CompletableFuture.completedStage(Answer.none(Status.NO_SUCH_NAME, ""));
        }
        return session.lookupAsync(absolute, type).handle((result, failure) -> {
            if (failure != null) {
                return failed(failure);
            }
            List<T> values = result.getRecords().stream()
                    .filter(record -> record.getType() == type)
                    .map(value)
                    .toList();
            return values.isEmpty() ? Answer.none(Status.NO_RECORD, "") : Answer.of(values);
        });
    }

    /** The name in the DNS, in ASCII; null if there cannot be such a name. */
    public static @Nullable Name absolute(String name) {
        try {
            return Name.fromString(toAscii(name), Name.root);
        } catch (TextParseException | IllegalArgumentException e) {
            return null;
        }
    }

    /** A name of a service has labels that begin with an underscore, which {@link IDN} refuses in other scripts. */
    private static String toAscii(String name) {
        return name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
    }

    private static <T> Answer<T> failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof NoSuchDomainException) {
            return Answer.none(Status.NO_SUCH_NAME, "");
        } else if (cause instanceof NoSuchRRSetException) {
            return Answer.none(Status.NO_RECORD, "");
        }
        String reason = cause instanceof LookupFailedException || cause instanceof UnknownHostException
                ? "the name servers failed"
                : "the name servers did not answer";
        return Answer.none(Status.FAILED, reason);
    }
}
