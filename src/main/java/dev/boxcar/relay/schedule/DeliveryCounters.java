// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.schedule.DeliveryLog.Result;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.EnhancedStatus;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what came of each recipient at each attempt. Counted on the scheduler's loop; any thread may read. */
public final class DeliveryCounters {
    /** The upper bounds of the classes of delivery times, in milliseconds. */
    private static final long[] BOUNDS_MILLIS = {
        5,
        10,
        25,
        50,
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        30_000,
        60_000,
        300_000,
        900_000,
        3_600_000,
        14_400_000,
        86_400_000,
        432_000_000
    };
    /** The classes of reasons: the second number of an enhanced status (RFC 3463 §3). */
    private static final String[] REASONS = {
        "other", "address", "mailbox", "system", "network", "protocol", "content", "policy"
    };

    private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);
    private final Map<DkimResult, LongAdder> signatures = new EnumMap<>(DkimResult.class);
    private final Map<TlsResult, LongAdder> secured = new EnumMap<>(TlsResult.class);
    private final LongAdder[] deferrals = new LongAdder[REASONS.length];
    private final LongAdder[] times = new LongAdder[BOUNDS_MILLIS.length + 1];
    private final LongAdder totalMillis = new LongAdder();
    private final AtomicLong lastSuccessMillis = new AtomicLong();

    DeliveryCounters() {
        for (Result result : Result.values()) {
            results.put(result, new LongAdder());
        }
        for (DkimResult result : DkimResult.values()) {
            signatures.put(result, new LongAdder());
        }
        for (TlsResult result : TlsResult.values()) {
            secured.put(result, new LongAdder());
        }
        for (int i = 0; i < deferrals.length; i++) {
            deferrals[i] = new LongAdder();
        }
        for (int i = 0; i < times.length; i++) {
            times[i] = new LongAdder();
        }
    }

    /** A recipient has this result, over a connection secured like this, so long after its message was accepted. */
    void count(Result result, TlsResult tls, EnhancedStatus status, long delayMillis, long nowMillis) {
        LongAdder counter = results.get(result);
        if (counter != null) {
            counter.increment();
        }
        if (result == Result.SENT) {
            times[classOf(delayMillis)].increment();
            totalMillis.add(delayMillis);
            LongAdder deliveries = secured.get(tls);
            if (deliveries != null) {
                deliveries.increment();
            }
            lastSuccessMillis.set(nowMillis);
        } else if (result == Result.DEFERRED) {
            deferrals[status.subject() < REASONS.length ? status.subject() : 0].increment();
        }
    }

    /**
     * A recipient has this result with a message that was signed or not; what was not sent counts only if that failed.
     */
    void count(Result result, DkimResult dkim) {
        LongAdder counter = signatures.get(dkim);
        if (counter != null && (result == Result.SENT || dkim == DkimResult.FAILED)) {
            counter.increment();
        }
    }

    private static int classOf(long millis) {
        int at = 0;
        while (at < BOUNDS_MILLIS.length && millis > BOUNDS_MILLIS[at]) {
            at++;
        }
        return at;
    }

    /** The number of results by their name: sent, deferred, bounced, expired. */
    public Map<String, Long> results() {
        var counts = new LinkedHashMap<String, Long>();
        results.forEach((result, count) -> counts.put(result.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }

    /**
     * The number of deliveries that were signed and not signed, and of attempts that failed because of the signature.
     */
    public Map<String, Long> signatures() {
        var counts = new LinkedHashMap<String, Long>();
        signatures.forEach((result, count) -> counts.put(result.text(), count.sum()));
        return counts;
    }

    /**
     * The number of recipients delivered to, by how the connection was secured: none, encrypted, verified, sts, dane.
     */
    public Map<String, Long> secured() {
        var counts = new LinkedHashMap<String, Long>();
        secured.forEach((result, count) -> counts.put(result.text(), count.sum()));
        return counts;
    }

    /** The number of deferrals by the class of their reason. */
    public Map<String, Long> deferrals() {
        var counts = new LinkedHashMap<String, Long>();
        for (int i = 0; i < REASONS.length; i++) {
            counts.put(REASONS[i], deferrals[i].sum());
        }
        return counts;
    }

    /**
     * The number of deliveries that took at most so many seconds since the message was accepted, for several bounds in
     * ascending order; the last one is infinite.
     */
    public Map<Double, Long> withinSeconds() {
        var counts = new LinkedHashMap<Double, Long>();
        long sum = 0;
        for (int i = 0; i < BOUNDS_MILLIS.length; i++) {
            sum += times[i].sum();
            counts.put(BOUNDS_MILLIS[i] / 1000.0, sum);
        }
        counts.put(Double.POSITIVE_INFINITY, sum + times[BOUNDS_MILLIS.length].sum());
        return counts;
    }

    /** The seconds that all deliveries took together. */
    public double totalSeconds() {
        return totalMillis.sum() / 1000.0;
    }

    /** When a recipient was delivered last, in milliseconds since 1970; 0 if there was none. */
    public long lastSuccessMillis() {
        return lastSuccessMillis.get();
    }
}
