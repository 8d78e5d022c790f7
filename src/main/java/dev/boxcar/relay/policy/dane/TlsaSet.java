// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import dev.boxcar.relay.route.NameService.Tlsa;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The TLSA records of a server that can be used (RFC 7672 §3.1). Immutable; any thread.
 *
 * @param base the name below which the records are: the server's name in SNI (RFC 7672 §8.1)
 * @param records empty if none can be used
 * @param names the names of which the certificate must have one, if a record is of usage DANE-TA (RFC 7672 §3.2.2)
 */
public record TlsaSet(String base, List<Tlsa> records, Set<String> names) {
    static final int DANE_TA = 2;
    static final int DANE_EE = 3;
    static final int CERTIFICATE = 0;
    static final int PUBLIC_KEY = 1;
    static final int EXACT = 0;
    static final int SHA_256 = 1;
    static final int SHA_512 = 2;

    private static final int SHA_256_DIGITS = 64;
    private static final int SHA_512_DIGITS = 128;

    public TlsaSet {
        records = List.copyOf(records);
        names = Set.copyOf(names);
    }

    /** The records that can be used, among these below {@code _25._tcp.BASE}. */
    public static TlsaSet of(String base, List<Tlsa> all) {
        List<Tlsa> usable = all.stream().filter(TlsaSet::isUsable).toList();
        List<Tlsa> best = new ArrayList<>();
        for (Tlsa one : usable) {
            // RFC 7671 §9: of several digests of the same thing only the strongest counts
            boolean isWeaker = one.matchingType() == SHA_256
                    && usable.stream().anyMatch(other -> other.matchingType() == SHA_512 && isSameKind(one, other));
            if (!isWeaker) {
                best.add(one);
            }
        }
        return new TlsaSet(base, best, Set.of(base));
    }

    /** The same records; the certificate may also have this name. */
    public TlsaSet withName(String name) {
        var all = new LinkedHashSet<>(names);
        all.add(name);
        return new TlsaSet(base, records, all);
    }

    /** Whether a record names an authority, so that the names in the certificate count. */
    public boolean isAboutNames() {
        return records.stream().anyMatch(one -> one.usage() == DANE_TA);
    }

    private static boolean isSameKind(Tlsa one, Tlsa other) {
        return one.usage() == other.usage() && one.selector() == other.selector();
    }

    /** RFC 7672 §3.1.3: PKIX-TA and PKIX-EE cannot be used for SMTP. */
    private static boolean isUsable(Tlsa one) {
        boolean isKnown = (one.usage() == DANE_TA || one.usage() == DANE_EE)
                && (one.selector() == CERTIFICATE || one.selector() == PUBLIC_KEY);
        int digits = one.data().length();
        return isKnown
                && switch (one.matchingType()) {
                    case EXACT -> TlsaMatch.isWellFormed(one);
                    case SHA_256 -> digits == SHA_256_DIGITS;
                    case SHA_512 -> digits == SHA_512_DIGITS;
                    default -> false;
                };
    }
}
