// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.dns;

import dev.boxcar.relay.route.NameService.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * What a reply of a name server says about one name and type. Immutable.
 *
 * @param name the name that was asked for, or the one that it is an alias of
 * @param records of the wanted type
 * @param ttlSeconds how long the reply may be kept; 0 if it may not
 * @param reason why the look-up failed; empty unless it did
 */
record DnsReply(Name name, Status status, List<Record> records, boolean isSecure, long ttlSeconds, String reason) {
    private static final int MAX_ALIASES = 8;
    private static final long MAX_TTL_SECONDS = 86_400;

    DnsReply {
        records = List.copyOf(records);
    }

    /** A look-up that failed. */
    static DnsReply failed(Name name, String reason) {
        return new DnsReply(name, Status.FAILED, List.of(), false, 0, reason);
    }

    /** Whether the reply ends with an alias of which it does not say more. */
    boolean endsWithAlias(Name asked) {
        return status == Status.NO_RECORD && !name.equals(asked);
    }

    /** This reply, which an alias led to. */
    DnsReply after(DnsReply alias) {
        return new DnsReply(
                name, status, records, isSecure && alias.isSecure, Math.min(ttlSeconds, alias.ttlSeconds), reason);
    }

    static DnsReply of(Message reply, Name asked, int type) {
        int rcode = reply.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return failed(asked, failure(reply));
        }
        List<Record> answers = reply.getSection(Section.ANSWER);
        Name name = asked;
        long ttl = MAX_TTL_SECONDS;
        for (int aliases = 0; aliases < MAX_ALIASES; aliases++) {
            Record alias = alias(answers, name);
            if (alias == null) {
                break;
            }
            name = ((CNAMERecord) alias).getTarget();
            ttl = Math.min(ttl, alias.getTTL());
        }
        Name target = name;
        List<Record> records = new ArrayList<>();
        for (Record one : answers) {
            if (one.getType() == type && one.getName().equals(target)) {
                records.add(one);
                ttl = Math.min(ttl, one.getTTL());
            }
        }
        Status status =
                !records.isEmpty() ? Status.FOUND : rcode == Rcode.NXDOMAIN ? Status.NO_SUCH_NAME : Status.NO_RECORD;
        boolean isSecure = reply.getHeader().getFlag(Flags.AD);
        return new DnsReply(
                target, status, records, isSecure, records.isEmpty() ? Math.min(ttl, negative(reply)) : ttl, "");
    }

    private static @Nullable Record alias(List<Record> answers, Name name) {
        return answers.stream()
                .filter(one -> one instanceof CNAMERecord && one.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** How long it may be kept that there is no record (RFC 2308 §5). */
    private static long negative(Message reply) {
        return reply.getSection(Section.AUTHORITY).stream()
                .flatMap(one -> one instanceof SOARecord soa ? Stream.of(soa) : Stream.empty())
                .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
                .min()
                .orElse(0);
    }

    private static String failure(Message reply) {
        return reply.getRcode() == Rcode.SERVFAIL
                ? "the name servers failed, or DNSSEC proves that the answer is forged"
                : "the name servers replied " + Rcode.string(reply.getRcode());
    }
}
