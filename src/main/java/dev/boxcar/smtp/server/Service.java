// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Extension;
import dev.boxcar.smtp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all sessions of a server share, made once: its limits, its ports, its memory for envelopes and the replies that name it. Any thread. */
final class Service {
    private final Limits limits;
    private final Ports ports;
    private final EnvelopeBudget envelopes = new EnvelopeBudget(Limits.envelopeOctetsInAll());
    private final Reply banner;
    private final Reply hello;
    private final Reply extendedHello;
    private final Reply extendedHelloInTls;
    private final Reply closing;

    Service(String hostname, Limits limits, Ports ports) {
        this.limits = limits;
        this.ports = ports;
        this.banner = Replies.banner(hostname);
        this.hello = Replies.hello(hostname);
        this.extendedHello = extendedHello(hostname, limits, ports.tls() != null);
        this.extendedHelloInTls = extendedHello(hostname, limits, false);
        this.closing = Replies.closing(hostname);
    }

    private static Reply extendedHello(String hostname, Limits limits, boolean offersTls) {
        List<String> lines = new ArrayList<>();
        lines.add(hostname);
        for (Extension extension : Extension.values()) {
            if (extension == Extension.STARTTLS && !offersTls) {
                continue;
            }
            lines.add(
                    switch (extension) {
                        case SIZE -> extension.keyword() + " " + limits.messageOctets();
                        case PIPELINING, EIGHTBITMIME, SMTPUTF8, ENHANCEDSTATUSCODES, STARTTLS, HELP ->
                            extension.keyword();
                    });
        }
        return Reply.of(250, "", lines.toArray(String[]::new));
    }

    Limits limits() {
        return limits;
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

    /** The answer to EHLO in clear; it never changes while the server runs. */
    Reply extendedHello() {
        return extendedHello;
    }

    /** The answer to EHLO within TLS; neither does this. */
    Reply extendedHelloInTls() {
        return extendedHelloInTls;
    }

    Reply closing() {
        return closing;
    }
}
