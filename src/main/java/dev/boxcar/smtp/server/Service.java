// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.AddressLimiter;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a server share, made once: its limits, its ports, its memory for envelopes and the replies that
 * name it. Any thread.
 */
final class Service {
    private final Limits limits;
    private final Access access;
    private final AddressLimiter origins;
    private final Ports ports;
    private final EnvelopeBudget envelopes = new EnvelopeBudget(Limits.totalEnvelopeBytes());
    private final Reply banner;
    private final Reply hello;
    private final String hostname;
    private final @Nullable AuthenticationOptions authentication;
    private final FutureRelease holding;
    private final Offer offer;
    private final Reply closing;
    private final Pace.Bounds pace;
    private final long shortestWaitNanos;

    Service(String hostname, Limits limits, Set<Extension> extensions, Ports ports) {
        this(hostname, limits, Access.DEFAULTS, extensions, ports);
    }

    Service(String hostname, Limits limits, Access access, Set<Extension> extensions, Ports ports) {
        this.access = access;
        this.origins = new AddressLimiter(access);
        this.limits = limits;
        this.holding = FutureRelease.within(Limits.LONGEST_HOLD, Instant.now());
        this.authentication = extensions.contains(Extension.AUTH) ? ports.authentication() : null;
        this.offer = new Offer(hostname, offered(extensions, ports), limits, holding, authentication);
        this.ports = ports;
        this.banner = Replies.banner(hostname);
        this.hello = Replies.hello(hostname);
        this.hostname = hostname;
        this.closing = Replies.closing(hostname);
        this.pace = Pace.Bounds.of(access, limits);
        this.shortestWaitNanos = shortestWait().toNanos();
    }

    private Duration shortestWait() {
        Duration shortest = Pace.shortest(access, limits.shortestTimeout());
        boolean mayAsk = policy() != null || authentication != null || tls() != null;
        boolean questionsMayWait = mayAsk && Questions.PATIENCE.compareTo(shortest) < 0;
        return questionsMayWait ? Questions.PATIENCE : shortest;
    }

    private static Set<Extension> offered(Set<Extension> wanted, Ports ports) {
        var offered = EnumSet.noneOf(Extension.class);
        offered.addAll(wanted);
        if (ports.tls() == null) {
            offered.remove(Extension.STARTTLS);
        }
        return offered;
    }

    String hostname() {
        return hostname;
    }

    /** How clients may prove who they are, or null: not at all. */
    @Nullable
    AuthenticationOptions authentication() {
        return authentication;
    }

    Limits limits() {
        return limits;
    }

    Pace.Bounds pace() {
        return pace;
    }

    /** The shortest that anything may be waited for. */
    long shortestWaitNanos() {
        return shortestWaitNanos;
    }

    Access access() {
        return access;
    }

    /** Who is connected from where, and how much was asked for lately. */
    AddressLimiter origins() {
        return origins;
    }

    /** Whether the banner is held back for early talkers; not where they are asked to talk early. */
    boolean waitsBeforeBanner(ClientInfo client) {
        return !access.greetDelay().isZero() && !offer.extensions(client).contains(Extension.PIPECONNECT);
    }

    MessageSink sink() {
        return ports.sink();
    }

    @Nullable
    Policy policy() {
        return ports.policy();
    }

    SessionListener.@Nullable Source listeners() {
        return ports.listeners();
    }

    @Nullable
    Faults faults() {
        return ports.faults();
    }

    @Nullable
    TlsOffer tls() {
        return ports.tls();
    }

    EnvelopeBudget envelopes() {
        return envelopes;
    }

    Reply banner() {
        return banner;
    }

    /** The answer to HELO. */
    Reply hello() {
        return hello;
    }

    /** The extensions, and the answer to EHLO. */
    Offer offer() {
        return offer;
    }

    /** For how long messages are taken to be held. */
    FutureRelease holding() {
        return holding;
    }

    Reply closing() {
        return closing;
    }
}
