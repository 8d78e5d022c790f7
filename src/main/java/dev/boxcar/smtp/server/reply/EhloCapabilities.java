// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The extensions that a server offers in its reply to EHLO, in clear and inside TLS. They do not change while the
 * server runs. Immutable; any thread.
 */
public final class EhloCapabilities {
    /** The extensions that some clients may use, and the reply to EHLO that says so. */
    private record Capabilities(Set<Extension> extensions, Reply hello) {}

    private final Capabilities inClear;
    /** In clear, at a listener without TLS. */
    private final Capabilities withoutStartTls;

    private final Capabilities inTls;
    /** Inside TLS, if an authentication exchange can be bound to it. */
    private final Capabilities inBoundTls;

    /**
     * The capabilities of a server.
     *
     * @param extensions the extensions that it offers: STARTTLS only in clear, REQUIRETLS only inside TLS, AUTH only
     *     with a mechanism that the connection allows
     * @param holding for how long it accepts that messages are held
     * @param authentication how clients authenticate; null if AUTH is not offered
     */
    public EhloCapabilities(
            String hostname,
            Set<Extension> extensions,
            Limits limits,
            FutureRelease holding,
            @Nullable AuthenticationOptions authentication) {
        var all = EnumSet.noneOf(Extension.class);
        all.addAll(extensions);
        var tls = EnumSet.copyOf(all);
        tls.remove(Extension.STARTTLS); // RFC 3207 §4.2: not offered once TLS has begun
        var clear = EnumSet.copyOf(all);
        clear.remove(Extension.REQUIRETLS); // RFC 8689 §2: offered only inside TLS
        Factory factory = (offered, mechanisms) -> {
            var announced = EnumSet.copyOf(offered);
            if (mechanisms.isEmpty()) {
                announced.remove(Extension.AUTH);
            }
            return new Capabilities(
                    Collections.unmodifiableSet(announced), hello(hostname, announced, limits, holding, mechanisms));
        };
        inClear = factory.create(clear, authentication == null ? List.of() : authentication.inClear());
        clear.remove(Extension.STARTTLS);
        withoutStartTls = factory.create(clear, authentication == null ? List.of() : authentication.inClear());
        inTls = factory.create(tls, authentication == null ? List.of() : authentication.unbound());
        inBoundTls = factory.create(tls, authentication == null ? List.of() : authentication.bound());
    }

    private interface Factory {
        Capabilities create(EnumSet<Extension> offered, List<Mechanism> mechanisms);
    }

    private static Reply hello(
            String hostname, Set<Extension> offered, Limits limits, FutureRelease holding, List<Mechanism> mechanisms) {
        List<String> lines = new ArrayList<>();
        lines.add(hostname);
        for (Extension extension : offered) {
            lines.add(
                    switch (extension) {
                        case SIZE -> extension.keyword() + " " + limits.messageBytes();
                        case FUTURERELEASE -> extension.keyword() + " " + holding.announcement();
                        case AUTH -> extension.keyword() + keywords(mechanisms);
                        case LIMITS -> extension.keyword() + announced(limits);
                        case PIPELINING,
                                EIGHTBITMIME,
                                CHUNKING,
                                BINARYMIME,
                                SMTPUTF8,
                                ENHANCEDSTATUSCODES,
                                DSN,
                                DELIVERBY,
                                MT_PRIORITY,
                                REQUIRETLS,
                                STARTTLS,
                                VRFY,
                                EXPN,
                                HELP,
                                PIPECONNECT,
                                X_PIPE_CONNECT -> extension.keyword();
                    });
        }
        return Reply.of(250, "", lines.toArray(String[]::new));
    }

    private static String keywords(List<Mechanism> mechanisms) {
        return mechanisms.stream().map(Mechanism::keyword).collect(Collectors.joining(" ", " ", ""));
    }

    /** The limits that the server enforces, by their names (RFC 9422 §4). */
    private static String announced(Limits limits) {
        String text = limits.sessionMessages() > 0 ? " MAILMAX=" + limits.sessionMessages() : "";
        text += " RCPTMAX=" + limits.recipients();
        return limits.recipientDomains() > 0 ? text + " RCPTDOMAINMAX=" + limits.recipientDomains() : text;
    }

    /** The extensions that the client may use now: none before EHLO, and none after HELO (RFC 5321 §2.2.1). */
    public Set<Extension> usableExtensions(ClientInfo client) {
        return client.isExtended() ? of(client).extensions() : Set.of();
    }

    /** Whether the reply to the client's EHLO allows clients to send commands before the banner (PIPECONNECT). */
    public boolean offerEarlyPipelining(ClientInfo client) {
        Set<Extension> offered = of(client).extensions();
        return offered.contains(Extension.PIPECONNECT) || offered.contains(Extension.X_PIPE_CONNECT);
    }

    /** The reply to the client's EHLO. */
    public Reply hello(ClientInfo client) {
        return of(client).hello();
    }

    private Capabilities of(ClientInfo client) {
        if (!client.insideTls()) {
            return client.isOfferedStartTls() ? inClear : withoutStartTls;
        }
        return client.binding() == null ? inTls : inBoundTls;
    }
}
