// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.dns;

import dev.boxcar.relay.route.DnsNameService;
import dev.boxcar.relay.route.NameService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;
import org.xbill.DNS.hosts.HostsFileParser;

/**
 * Looks names up in the DNS, and says of each answer whether DNSSEC proves it: because it validates the answers itself,
 * or because it trusts the AD bit of the name servers (RFC 4035 §3.2.3). An answer that fails validation is a failed
 * look-up. Answers are kept for their TTL. Any thread.
 */
public final class SecureNameService implements NameService {
    private static final int MAX_CACHED = 50_000;
    private static final int MAX_REFERRALS = 4;

    private final Resolver resolver;
    private final @Nullable HostsFileParser hosts;
    private final AnswerCache<Question, DnsReply> cache = new AnswerCache<>(MAX_CACHED, System::nanoTime);

    private record Question(Name name, int type) {}

    private SecureNameService(Resolver resolver, @Nullable HostsFileParser hosts) {
        this.resolver = resolver;
        this.hosts = hosts;
    }

    /** Believes these name servers when they say that an answer is proven: use it only with servers close by. */
    public static SecureNameService trusting(Resolver servers) {
        return new SecureNameService(servers, null);
    }

    /**
     * Validates the answers of these name servers.
     *
     * @param anchors what is trusted: DS or DNSKEY records, one per line, as in a zone file
     * @throws IOException if there is none
     */
    public static SecureNameService validating(Resolver servers, byte[] anchors) throws IOException {
        var validating = new ValidatingResolver(servers);
        validating.loadTrustAnchors(new ByteArrayInputStream(anchors));
        if (validating.getTrustAnchors().items().isEmpty()) {
            throw new IOException("no DS or DNSKEY record");
        }
        return new SecureNameService(validating, null);
    }

    /** The same, which reads the addresses of the machine's hosts file, too. */
    public SecureNameService withHostsFile() {
        return new SecureNameService(resolver, new HostsFileParser());
    }

    @Override
    public CompletionStage<Answer<Mx>> mx(String domain) {
        return lookUp(domain, Type.MX, record -> {
            var mx = (MXRecord) record;
            return new Mx(mx.getPriority(), DnsNameService.hostName(mx.getTarget()));
        });
    }

    @Override
    public CompletionStage<Answer<String>> texts(String name) {
        return lookUp(name, Type.TXT, record -> String.join("", ((TXTRecord) record).getStrings()));
    }

    @Override
    public CompletionStage<Answer<Tlsa>> tlsa(String name) {
        return lookUp(name, Type.TLSA, record -> {
            var tlsa = (TLSARecord) record;
            return new Tlsa(
                    tlsa.getCertificateUsage(),
                    tlsa.getSelector(),
                    tlsa.getMatchingType(),
                    HexFormat.of().formatHex(tlsa.getCertificateAssociationData()));
        });
    }

    @Override
    public CompletionStage<Answer<InetAddress>> addresses(String host) {
        CompletionStage<Answer<InetAddress>> six =
                addresses(host, Type.AAAA, record -> ((AAAARecord) record).getAddress());
        CompletionStage<Answer<InetAddress>> four = addresses(host, Type.A, record -> ((ARecord) record).getAddress());
        return six.thenCombine(four, SecureNameService::both);
    }

    private CompletionStage<Answer<InetAddress>> addresses(String host, int type, Function<Record, InetAddress> value) {
        Name name = DnsNameService.absolute(host);
        if (hosts != null && name != null) {
            try {
                InetAddress address = hosts.getAddressForHost(name, type).orElse(null);
                if (address != null) {
                    return CompletableFuture.completedStage(Answer.of(List.of(address)));
                }
            } catch (IOException e) {
                return CompletableFuture.completedStage(Answer.none(Status.FAILED, "the hosts file cannot be read"));
            }
        }
        return lookUp(host, type, value);
    }

    /** Both together are proven if each that was answered is. */
    private static Answer<InetAddress> both(Answer<InetAddress> six, Answer<InetAddress> four) {
        var all = new ArrayList<>(six.values());
        all.addAll(four.values());
        if (all.isEmpty()) {
            return six.status() == Status.FAILED ? six : four;
        }
        boolean isSecure = (six.isSecure() || six.status() == Status.FAILED)
                && (four.isSecure() || four.status() == Status.FAILED);
        Answer<InetAddress> both = Answer.of(all).at(six.values().isEmpty() ? four.alias() : six.alias());
        return isSecure ? both.secure() : both;
    }

    private <T> CompletionStage<Answer<T>> lookUp(String text, int type, Function<Record, T> value) {
        Name name = DnsNameService.absolute(text);
        if (name == null) {
            return CompletableFuture.completedStage(Answer.none(Status.NO_SUCH_NAME, ""));
        }
        return ask(name, type, 0).thenApply(reply -> {
            List<T> values = reply.records().stream().map(value).toList();
            Answer<T> answer = values.isEmpty() ? Answer.none(reply.status(), reply.reason()) : Answer.of(values);
            String alias = reply.name().equals(name) ? "" : DnsNameService.hostName(reply.name());
            return reply.isSecure() ? answer.at(alias).secure() : answer.at(alias);
        });
    }

    private CompletionStage<DnsReply> ask(Name name, int type, int referrals) {
        var question = new Question(name, type);
        DnsReply kept = cache.get(question);
        if (kept != null) {
            return CompletableFuture.completedStage(kept);
        }
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        query.getHeader().setFlag(Flags.AD); // RFC 6840 §5.7: the answer shall say whether it is proven
        return resolver.sendAsync(query, ForkJoinPool.commonPool())
                .handle((reply, failure) -> failure != null
                        ? DnsReply.failed(name, "the name servers did not answer")
                        : DnsReply.of(reply, name, type))
                .thenCompose(reply -> reply.endsWithAlias(name) && referrals < MAX_REFERRALS
                        ? ask(reply.name(), type, referrals + 1).thenApply(target -> target.after(reply))
                        : CompletableFuture.completedStage(reply))
                .thenApply(reply -> {
                    if (reply.status() != Status.FAILED && reply.ttlSeconds() > 0) {
                        cache.put(question, reply, reply.ttlSeconds());
                    }
                    return reply;
                });
    }
}
