// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many connections each address has open, and how many messages and recipients it may send per minute. Rates
 * are remembered for {@link #MAX_REMEMBERED} addresses; a new one replaces the one that was used least recently. Any
 * thread; its lock is held for a few instructions.
 */
public final class AddressLimiter {
    /** The maximum number of addresses whose rates are remembered: about 10 MiB of heap. */
    static final int MAX_REMEMBERED = 65_536;

    private static final double NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int IPV6_NETWORK_BYTES = 8;

    /** An IPv4 address, or the /64 network of an IPv6 address, because a client usually has a whole /64. */
    private record Origin(int bytes, long bits) {
        static Origin of(InetAddress address) {
            byte[] all = address.getAddress();
            long bits = 0;
            for (byte b : Arrays.copyOf(all, Math.min(all.length, IPV6_NETWORK_BYTES))) {
                bits = bits << Byte.SIZE | (b & 0xFF);
            }
            return new Origin(all.length, bits);
        }
    }

    /** A token bucket that fills up within a minute. */
    private static final class Bucket {
        private final int size;
        private double tokens;
        private long atNanos;

        Bucket(int size, long nowNanos) {
            this.size = size;
            this.tokens = size;
            this.atNanos = nowNanos;
        }

        boolean take(long nowNanos) {
            double gained = Math.max(0, nowNanos - atNanos) / NANOS_PER_MINUTE * size;
            tokens = Math.min(size, tokens + gained);
            atNanos = nowNanos;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private record Rates(Bucket messages, Bucket recipients) {}

    private final Access access;
    private final Map<Origin, Integer> connections = new HashMap<>();
    private final Map<Origin, Rates> rates = new LinkedHashMap<>(16, 0.75f, true);

    public AddressLimiter(Access access) {
        this.access = access;
    }

    /** Whether the address has as many connections open as it may. */
    public synchronized boolean isFull(@Nullable InetAddress address) {
        int maximum = access.connectionsPerAddress();
        return maximum > 0 && address != null && connections.getOrDefault(Origin.of(address), 0) >= maximum;
    }

    /** Counts one more connection; returns false if the address has as many open as it may. */
    public synchronized boolean admit(@Nullable InetAddress address) {
        if (isFull(address)) {
            return false;
        }
        if (access.connectionsPerAddress() > 0 && address != null) {
            connections.merge(Origin.of(address), 1, Integer::sum);
        }
        return true;
    }

    /** A connection that was counted has ended. */
    public synchronized void release(@Nullable InetAddress address) {
        if (access.connectionsPerAddress() > 0 && address != null) {
            connections.computeIfPresent(Origin.of(address), (origin, open) -> open == 1 ? null : open - 1);
        }
    }

    /** Takes one of the messages that the address may send per minute; returns false if none is left. */
    public boolean takeMessage(@Nullable InetAddress address, long nowNanos) {
        return access.messagesPerMinute() == 0 || address == null || take(Rates::messages, address, nowNanos);
    }

    /** Takes one of the recipients that the address may name per minute; returns false if none is left. */
    public boolean takeRecipient(@Nullable InetAddress address, long nowNanos) {
        return access.recipientsPerMinute() == 0 || address == null || take(Rates::recipients, address, nowNanos);
    }

    private synchronized boolean take(Function<Rates, Bucket> which, InetAddress address, long nowNanos) {
        return which.apply(rates(address, nowNanos)).take(nowNanos);
    }

    private Rates rates(InetAddress address, long nowNanos) {
        Rates known = rates.computeIfAbsent(
                Origin.of(address),
                origin -> new Rates(
                        new Bucket(access.messagesPerMinute(), nowNanos),
                        new Bucket(access.recipientsPerMinute(), nowNanos)));
        if (rates.size() > MAX_REMEMBERED) {
            var eldest = rates.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return known;
    }

    /** The number of addresses whose rates are remembered. */
    synchronized int remembered() {
        return rates.size();
    }

    /** The number of addresses with counted connections. */
    synchronized int connected() {
        return connections.size();
    }
}
