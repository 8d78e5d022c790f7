// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

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
 * What a server offers in its answer to EHLO, in the clear and inside TLS; it never changes while the server runs.
 * Immutable; any thread.
 */
final class Offer {
    /** What a client is told, and may use. */
    private record Told(Set<Extension> extensions, Reply hello) {}

    private final Told inClear;
    /** In clear, at a listener without TLS. */
    private final Told withoutTls;

    private final Told inTls;
    /** Inside TLS, where an authentication exchange can be bound to it. */
    private final Told inBoundTls;

    Offer(
            String hostname,
            Set<Extension> extensions,
            Limits limits,
            FutureRelease holding,
            @Nullable AuthenticationOptions authentication) {
        var all = EnumSet.noneOf(Extension.class);
        all.addAll(extensions);
        var tls = EnumSet.copyOf(all);
        tls.remove(Extension.STARTTLS); // RFC 3207 §4.2: not offered when it was used
        var clear = EnumSet.copyOf(all);
        clear.remove(Extension.REQUIRETLS); // RFC 8689 §2: offered inside TLS alone
        Form form = (offered, mechanisms) -> {
            var told = EnumSet.copyOf(offered);
            if (mechanisms.isEmpty()) {
                told.remove(Extension.AUTH);
            }
            return new Told(Collections.unmodifiableSet(told), hello(hostname, told, limits, holding, mechanisms));
        };
        inClear = form.of(clear, authentication == null ? List.of() : authentication.inClear());
        clear.remove(Extension.STARTTLS);
        withoutTls = form.of(clear, authentication == null ? List.of() : authentication.inClear());
        inTls = form.of(tls, authentication == null ? List.of() : authentication.unbound());
        inBoundTls = form.of(tls, authentication == null ? List.of() : authentication.bound());
    }

    /** Makes what is told of these. */
    private interface Form {
        Told of(EnumSet<Extension> offered, List<Mechanism> mechanisms);
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
                                PIPECONNECT -> extension.keyword();
                    });
        }
        if (offered.contains(Extension.PIPECONNECT)) {
            lines.add("X_PIPE_CONNECT"); // the name that Exim gave it first, and that its older releases look for
        }
        return Reply.of(250, "", lines.toArray(String[]::new));
    }

    private static String keywords(List<Mechanism> mechanisms) {
        return mechanisms.stream().map(Mechanism::keyword).collect(Collectors.joining(" ", " ", ""));
    }

    /** RFC 9422 §4: the limits that are kept, by their names. */
    private static String announced(Limits limits) {
        String text = limits.sessionMessages() > 0 ? " MAILMAX=" + limits.sessionMessages() : "";
        text += " RCPTMAX=" + limits.recipients();
        return limits.recipientDomains() > 0 ? text + " RCPTDOMAINMAX=" + limits.recipientDomains() : text;
    }

    /** The extensions that this client may use behind EHLO, as things are. */
    Set<Extension> extensions(ClientInfo client) {
        return told(client).extensions();
    }

    /** The answer to its EHLO. */
    Reply hello(ClientInfo client) {
        return told(client).hello();
    }

    private Told told(ClientInfo client) {
        if (!client.insideTls()) {
            return client.isOfferedStartTls() ? inClear : withoutTls;
        }
        return client.binding() == null ? inTls : inBoundTls;
    }
}
