// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Extension;
import dev.boxcar.smtp.FutureRelease;
import dev.boxcar.smtp.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a server offers in its answer to EHLO, in the clear and inside TLS; it never changes while the server runs. Immutable; any thread.
 */
final class Offer {
    private final Set<Extension> inClear;
    private final Set<Extension> inTls;
    private final Reply helloInClear;
    private final Reply helloInTls;

    Offer(String hostname, Set<Extension> extensions, Limits limits, FutureRelease holding) {
        var all = EnumSet.noneOf(Extension.class);
        all.addAll(extensions);
        var tls = EnumSet.copyOf(all);
        tls.remove(Extension.STARTTLS); // RFC 3207 §4.2: not offered when it was used
        inTls = Collections.unmodifiableSet(tls);
        var clear = EnumSet.copyOf(all);
        clear.remove(Extension.REQUIRETLS); // RFC 8689 §2: offered inside TLS alone
        inClear = Collections.unmodifiableSet(clear);
        helloInClear = hello(hostname, inClear, limits, holding);
        helloInTls = hello(hostname, inTls, limits, holding);
    }

    private static Reply hello(String hostname, Set<Extension> offered, Limits limits, FutureRelease holding) {
        List<String> lines = new ArrayList<>();
        lines.add(hostname);
        for (Extension extension : offered) {
            lines.add(
                    switch (extension) {
                        case SIZE -> extension.keyword() + " " + limits.messageOctets();
                        case FUTURERELEASE -> extension.keyword() + " " + holding.announcement();
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

    /** RFC 9422 §4: the limits that are kept, by their names. */
    private static String announced(Limits limits) {
        String text = limits.sessionMessages() > 0 ? " MAILMAX=" + limits.sessionMessages() : "";
        text += " RCPTMAX=" + limits.recipients();
        return limits.recipientDomains() > 0 ? text + " RCPTDOMAINMAX=" + limits.recipientDomains() : text;
    }

    /** The extensions that a session may use behind EHLO. */
    Set<Extension> extensions(boolean insideTls) {
        return insideTls ? inTls : inClear;
    }

    /** The answer to EHLO. */
    Reply hello(boolean insideTls) {
        return insideTls ? helloInTls : helloInClear;
    }
}
