// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the sessions of a case show about the message. */
final class DialogueFacts {
    private static final int ACCEPTED = 250;
    private static final int FIRST_ERROR = 400;

    private final List<SessionRecord> sessions;

    DialogueFacts(List<SessionRecord> sessions) {
        this.sessions = sessions;
    }

    /** Whether a 250 to the end of a message has left. */
    boolean accepted() {
        return sessions.stream().anyMatch(DialogueFacts::accepted);
    }

    private static boolean accepted(SessionRecord session) {
        Item command = null;
        for (Item item : session.items()) {
            if (item.kind() == Kind.COMMAND) {
                command = item;
            }
            RecordedReply reply = session.replyTo(item);
            boolean ends = item.kind() == Kind.MESSAGE && command != null && endsMessage(command);
            if (ends && reply != null && reply.code() == ACCEPTED && reply.leftMicros() >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsMessage(Item command) {
        return "DATA".equals(command.verb())
                || command.text().toUpperCase(Locale.ROOT).endsWith("LAST");
    }

    /** Whether a recipient was refused. */
    boolean refusedRecipient() {
        return sessions.stream()
                .anyMatch(session -> session.items().stream()
                        .filter(item -> "RCPT".equals(item.verb()))
                        .map(session::replyTo)
                        .anyMatch(reply -> reply != null && reply.code() >= FIRST_ERROR));
    }

    /** Whether the client declared the size of a message. */
    boolean declaredSize() {
        return sessions.stream()
                .flatMap(session -> session.items().stream())
                .anyMatch(item -> item.text().toUpperCase(Locale.ROOT).contains(" SIZE="));
    }

    /** The commands of all sessions without what may differ between two messages. */
    List<String> commands() {
        var commands = new ArrayList<String>();
        for (SessionRecord session : sessions) {
            for (Item item : session.items()) {
                commands.add(command(item));
            }
        }
        return commands;
    }

    private static String command(Item item) {
        String verb = item.verb();
        if (verb == null) {
            return item.kind() == Kind.MESSAGE ? "the message" : "an unknown line";
        }
        int end = item.text().indexOf('>');
        boolean hasPath = verb.equals("MAIL") || verb.equals("RCPT");
        return hasPath && end >= 0 ? item.text().substring(0, end + 1) : verb;
    }

    /** Where the commands of the other sessions differ from these; null if they are the same. */
    @Nullable
    String difference(DialogueFacts other) {
        List<String> here = commands();
        List<String> there = other.commands();
        for (int i = 0; i < Math.max(here.size(), there.size()); i++) {
            String mine = i < here.size() ? here.get(i) : "nothing more";
            String theirs = i < there.size() ? there.get(i) : "nothing more";
            if (!mine.equals(theirs)) {
                return "sent " + theirs + " where it sends " + mine + " to a normal server";
            }
        }
        return null;
    }
}
