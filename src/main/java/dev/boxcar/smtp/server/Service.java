// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Extension;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.sasl.Mechanism;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all sessions of a server share, made once: its limits, its ports, its memory for envelopes and the replies that name it. Any thread. */
final class Service {
    private final Limits limits;
    private final Ports ports;
    private final EnvelopeBudget envelopes = new EnvelopeBudget(Limits.envelopeOctetsInAll());
    private final Reply banner;
    private final Reply hello;
    private final Map<List<Mechanism>, Reply> extendedHellos = new HashMap<>();
    private final String hostname;
    private final Reply closing;

    Service(String hostname, Limits limits, Ports ports) {
        this.limits = limits;
        this.ports = ports;
        this.banner = Replies.banner(hostname);
        this.hello = Replies.hello(hostname);
        this.hostname = hostname;
        Authentication authentication = ports.authentication();
        List<List<Mechanism>> offers = authentication == null ? List.of(List.of()) : authentication.offers();
        offers.forEach(offer -> extendedHellos.put(offer, extendedHello(hostname, limits, offer)));
        this.closing = Replies.closing(hostname);
    }

    private static Reply extendedHello(String hostname, Limits limits, List<Mechanism> mechanisms) {
        List<String> lines = new ArrayList<>();
        lines.add(hostname);
        for (Extension extension : Extension.values()) {
            if (extension == Extension.AUTH && mechanisms.isEmpty()) {
                continue;
            }
            lines.add(
                    switch (extension) {
                        case SIZE -> extension.keyword() + " " + limits.messageOctets();
                        case AUTH -> extension.keyword() + " " + keywords(mechanisms);
                        case PIPELINING, EIGHTBITMIME, SMTPUTF8, ENHANCEDSTATUSCODES, HELP -> extension.keyword();
                    });
        }
        return Reply.of(250, "", lines.toArray(String[]::new));
    }

    private static String keywords(List<Mechanism> mechanisms) {
        return mechanisms.stream().map(Mechanism::keyword).collect(Collectors.joining(" "));
    }

    String hostname() {
        return hostname;
    }

    /** How clients may prove who they are, or null: not at all. */
    @Nullable
    Authentication authentication() {
        return ports.authentication();
    }

    /** By which mechanisms this client may, as things are. */
    List<Mechanism> mechanisms(Client client) {
        Authentication authentication = ports.authentication();
        return authentication == null ? List.of() : authentication.offered(client);
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

    /** The answer to EHLO; it never changes while the server runs, save by TLS. */
    Reply extendedHello(Client client) {
        return Objects.requireNonNull(extendedHellos.get(mechanisms(client)), "an offer that was not foreseen");
    }

    Reply closing() {
        return closing;
    }
}
