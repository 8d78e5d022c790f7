// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.HeaderPattern;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.NumberRange;
import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.unit.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event that rules may match.
 *
 * @param verb what it is; null for a command that is unknown or is a LAST chunk, which only LINE matches
 * @param counts the numbers of the event
 * @param path the address and the parameters, at MAIL and RCPT
 * @param message the message, at its end
 * @param client what is known of the client
 */
record SessionEvent(
        @Nullable ScriptVerb verb, Counts counts, CommandPath path, MessageFacts message, ClientFacts client) {

    /** The numbers of an event, from 1: of its verb, of all commands, of the message and of the flight. */
    record Counts(long nth, long line, long message, long flight) {}

    /** A message: its size and the fields of its header. */
    record MessageFacts(long bytes, List<HeaderField> header) {
        static final MessageFacts NONE = new MessageFacts(0, List.of());
    }

    /** A header field with its unfolded value. */
    record HeaderField(String name, String value) {}

    /** A client: its IP address, and whether it is inside TLS. */
    record ClientFacts(String peer, boolean tls) {}

    /** Whether a rule for these events applies, in the session with this number in the rule's script. */
    boolean matches(Match on, int connection) {
        long nth = on.verb() == ScriptVerb.LINE ? counts.line : counts.nth;
        boolean isVerb = on.verb() == ScriptVerb.LINE ? isCommand() : on.verb() == verb;
        return isVerb
                && contains(on.counts().nth(), nth)
                && contains(on.counts().message(), counts.message)
                && contains(on.counts().connection(), connection)
                && contains(on.counts().flight(), counts.flight)
                && (on.tls() == null || on.tls() == client.tls)
                && on.peer().matches(client.peer)
                && matchesPath(on)
                && matchesMessage(on);
    }

    /** Whether the range has the number; 0 means that there is none yet. */
    private static boolean contains(NumberRange range, long number) {
        return range.isAny() || range.contains(number);
    }

    private boolean isCommand() {
        return verb == null || verb.isCommand();
    }

    private boolean matchesPath(Match on) {
        Glob parameter = on.parameter();
        boolean hasAddress =
                on.address().isAny() || (path.hasAddress() && on.address().matches(path.address()));
        return hasAddress && (parameter == null || path.parameters().stream().anyMatch(parameter::matches));
    }

    private boolean matchesMessage(Match on) {
        long bytes = verb == ScriptVerb.MAIL ? path.size() : message.bytes;
        HeaderPattern header = on.header();
        return bytes >= on.size() && (header == null || message.header.stream().anyMatch(field -> has(header, field)));
    }

    private static boolean has(HeaderPattern wanted, HeaderField field) {
        return wanted.name().equalsIgnoreCase(field.name) && wanted.value().matches(field.value);
    }
}
