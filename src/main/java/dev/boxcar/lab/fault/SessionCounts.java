// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one session, by which rules match events. Items and flights are counted as in the session's record.
 * Confined to the session's loop.
 */
final class SessionCounts implements SessionListener {
    private final Map<ScriptVerb, Long> verbs = new EnumMap<>(ScriptVerb.class);
    private long lines;
    private long messages;
    private int items;
    private long flights;

    private long readTo;
    private long processedTo;
    private boolean wroteSinceRead = true;
    /** The last item has no place for a reply yet: it is a chunk that is coming in. */
    private boolean unanswered;

    private long queuedReplies;
    private long readyReplies;
    private long readyBytes;
    private long writtenBytes;

    // ---- what happens in the session

    @Override
    public void read(byte[] bytes, int from, int to, long nanos) {
        boolean haveLeft = queuedReplies == readyReplies && writtenBytes >= readyBytes;
        boolean isAnswered = processedTo == readTo && !unanswered && haveLeft;
        if (flights == 0 || (wroteSinceRead && isAnswered)) {
            flights++;
        }
        readTo += to - from;
        wroteSinceRead = false;
    }

    @Override
    public void wrote(long bytes, long nanos) {
        writtenBytes += bytes;
        wroteSinceRead |= bytes > 0;
    }

    @Override
    public void command(Command command, long from, long to, long nanos) {
        item(to);
    }

    @Override
    public void line(long from, long to, long nanos) {
        item(to);
    }

    @Override
    public void message(long from, long to, long nanos) {
        item(to);
    }

    private void item(long to) {
        items++;
        unanswered = true;
        processedTo = to;
    }

    @Override
    public void queued(long number, @Nullable Verb verb, long nanos) {
        queuedReplies++;
        unanswered = false;
    }

    @Override
    public void ready(long number, Reply reply, int bytes, long nanos) {
        readyReplies++;
        readyBytes += bytes;
    }

    // ---- events

    /** A command has come. */
    void count(@Nullable ScriptVerb verb) {
        lines++;
        if (verb == ScriptVerb.MAIL) {
            messages++;
            verbs.remove(ScriptVerb.RCPT);
        }
        if (verb != null) {
            verbs.merge(verb, 1L, Long::sum);
        }
    }

    /** A message has ended. */
    void countEnd() {
        verbs.merge(ScriptVerb.END, 1L, Long::sum);
    }

    /** The numbers of the event that was counted last. */
    SessionEvent.Counts of(@Nullable ScriptVerb verb) {
        return new SessionEvent.Counts(nth(verb), lines, messages, flights);
    }

    /** The numbers that the end of the message that is coming in will have. */
    SessionEvent.Counts ofNextEnd() {
        return new SessionEvent.Counts(nth(ScriptVerb.END) + 1, lines, messages, flights);
    }

    private long nth(@Nullable ScriptVerb verb) {
        return verb == null ? 0 : verb == ScriptVerb.CONNECT ? 1 : verbs.getOrDefault(verb, 0L);
    }

    /** The index of the last item; -1 before the first. */
    int lastItem() {
        return items - 1;
    }

    /** The index of the item that is coming in. */
    int nextItem() {
        return items;
    }
}
