// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.AddressLimiter;
import dev.boxcar.smtp.server.limit.EnvelopeBudget;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.ProgressWatch;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.smtp.server.reply.EhloCapabilities;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The objects that all sessions of a server share: its limits, its ports, its memory for envelopes, and the replies
 * that contain its name. Created once. Any thread.
 */
public final class ServerContext {
    private final String hostname;
    private final Limits limits;
    private final Access access;
    private final Ports ports;
    private final AddressLimiter addresses;
    private final EnvelopeBudget envelopes = new EnvelopeBudget(Limits.totalEnvelopeBytes());
    private final @Nullable AuthenticationOptions authentication;
    private final FutureRelease holding;
    private final EhloCapabilities capabilities;
    private final ReplyOptions replyOptions;
    private final Reply banner;
    private final Reply heloReply;
    private final Reply quitReply;
    private final ProgressWatch.Bounds progressBounds;
    private final long shortestTimeoutNanos;

    /** A server with this name that offers these extensions, as far as its ports support them. */
    public ServerContext(String hostname, Limits limits, Access access, Set<Extension> extensions, Ports ports) {
        this.hostname = hostname;
        this.limits = limits;
        this.access = access;
        this.ports = ports;
        this.addresses = new AddressLimiter(access);
        this.holding = FutureRelease.within(Limits.LONGEST_HOLD, Instant.now());
        this.authentication = extensions.contains(Extension.AUTH) ? ports.authentication() : null;
        this.capabilities =
                new EhloCapabilities(hostname, supported(extensions, ports), limits, holding, authentication);
        this.replyOptions = new ReplyOptions(limits.errors(), access.errorDelay());
        this.banner = Replies.banner(hostname);
        this.heloReply = Replies.hello(hostname);
        this.quitReply = Replies.closing(hostname);
        this.progressBounds = ProgressWatch.Bounds.of(access, limits);
        this.shortestTimeoutNanos = shortestTimeout().toNanos();
    }

    private Duration shortestTimeout() {
        Duration shortest = ProgressWatch.shortestTimeout(access, limits.shortestTimeout());
        boolean asksPorts = ports.policy() != null || authentication != null || tls() != null;
        return asksPorts && Decision.TIMEOUT.compareTo(shortest) < 0 ? Decision.TIMEOUT : shortest;
    }

    private static Set<Extension> supported(Set<Extension> wanted, Ports ports) {
        var supported = EnumSet.noneOf(Extension.class);
        supported.addAll(wanted);
        if (ports.tls() == null) {
            supported.remove(Extension.STARTTLS);
        }
        return supported;
    }

    public String hostname() {
        return hostname;
    }

    public Limits limits() {
        return limits;
    }

    public Access access() {
        return access;
    }

    public Ports ports() {
        return ports;
    }

    /** The limits per client address. */
    public AddressLimiter addresses() {
        return addresses;
    }

    /** How clients authenticate; null if AUTH is not offered. */
    public @Nullable AuthenticationOptions authentication() {
        return authentication;
    }

    /** The server's TLS; null if it has none. */
    public @Nullable TlsOffer tls() {
        return ports.tls();
    }

    public ProgressWatch.Bounds progressBounds() {
        return progressBounds;
    }

    /** The shortest of all timeouts. */
    public long shortestTimeoutNanos() {
        return shortestTimeoutNanos;
    }

    public EnvelopeBudget envelopes() {
        return envelopes;
    }

    /** The limits on how long messages may be held (FUTURERELEASE). */
    public FutureRelease holding() {
        return holding;
    }

    public EhloCapabilities capabilities() {
        return capabilities;
    }

    public ReplyOptions replyOptions() {
        return replyOptions;
    }

    public Reply banner() {
        return banner;
    }

    public Reply heloReply() {
        return heloReply;
    }

    public Reply quitReply() {
        return quitReply;
    }
}
