// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the sessions of a case show about the message. */
final class DialogueFacts {
    private static final int ACCEPTED = 250;
    private static final int FIRST_ERROR = 400;
    private static final int TEMPORARY = 4;

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

    /** Whether the client sent a message with BDAT. */
    boolean usedChunks() {
        return sessions.stream()
                .flatMap(session -> session.items().stream())
                .anyMatch(item -> "BDAT".equals(item.verb()));
    }

    /**
     * A client that does not take a reply, although the server waits for that and the client has sent more.
     *
     * @param command what the reply answers
     * @param bytesAfter how many bytes after that the server had read
     * @param time how long nothing moved
     */
    record Stuck(String command, long bytesAfter, Duration time) {
        @Override
        public String toString() {
            return "sent more after " + command + " (" + bytesAfter + " bytes were read) without taking its reply, for "
                    + time.toSeconds() + " s until the end: the server reads nothing more until then";
        }
    }

    /** The last session, if it was stuck when the client ended; null if it was not. */
    @Nullable
    Stuck stuck(Instant ended) {
        SessionRecord session = sessions.isEmpty() ? null : sessions.get(sessions.size() - 1);
        if (session == null || session.reads().isEmpty()) {
            return null;
        }
        SessionRecord.Read last = session.reads().get(session.reads().size() - 1);
        for (Item item : session.items()) {
            RecordedReply reply = session.replyTo(item);
            long bytesAfter = last.from() + last.bytes() - item.to();
            if (reply != null && reply.readyMicros() >= 0 && reply.leftMicros() < 0 && bytesAfter > 0) {
                Instant lastMove = session.start().plus(session.lastMicros(), ChronoUnit.MICROS);
                return new Stuck(String.valueOf(item.verb()), bytesAfter, Duration.between(lastMove, ended));
            }
        }
        return null;
    }

    /**
     * The first refusal with 4yz after which the client did not try the same again; null if there is none. A recipient
     * is tried again with RCPT, anything else with another session or MAIL, unless the message was accepted all the
     * same.
     */
    @Nullable
    String triedOnce() {
        for (SessionRecord session : sessions) {
            RecordedReply banner =
                    session.replies().isEmpty() ? null : session.replies().get(0);
            if (banner != null && isTemporary(banner) && sessions.size() == 1) {
                return "the banner was " + banner.code();
            }
            for (Item item : session.items()) {
                RecordedReply reply = session.replyTo(item);
                if (reply != null && isTemporary(reply) && matters(item) && attempts(item) == 1) {
                    return command(item) + " was refused with " + reply.code();
                }
            }
        }
        return null;
    }

    private static boolean isTemporary(RecordedReply reply) {
        return reply.code() / 100 == TEMPORARY;
    }

    /** Whether something remains to be done after this refusal. */
    private boolean matters(Item refused) {
        return "RCPT".equals(refused.verb()) || !accepted();
    }

    /** How often the client tried what this item is for. */
    private long attempts(Item refused) {
        if ("RCPT".equals(refused.verb())) {
            return commands().stream().filter(command(refused)::equals).count();
        }
        long mails = sessions.stream()
                .flatMap(session -> session.items().stream())
                .filter(item -> "MAIL".equals(item.verb()))
                .count();
        return Math.max(sessions.size(), mails);
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
