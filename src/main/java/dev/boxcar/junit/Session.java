// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.record.SessionRecord;
import java.util.List;

/** A session as it happened: what the client sent, what the server replied, and when. Immutable; any thread. */
public final class Session {
    private final SessionRecord record;
    private final List<Verdict> verdicts;
    private final List<InjectedFault> faults;

    Session(SessionRecord record, List<Verdict> verdicts, List<InjectedFault> faults) {
        this.record = record;
        this.verdicts = List.copyOf(verdicts);
        this.faults = List.copyOf(faults);
    }

    /** Its id, as in the log and in the envelopes of its messages. */
    public String id() {
        return record.id();
    }

    /** Everything that was recorded: reads, writes, commands and replies with their times. */
    public SessionRecord record() {
        return record;
    }

    /** Whether it has ended. */
    public boolean isEnded() {
        return record.ended();
    }

    /** The beginnings of the commands that the client sent, in order, without secrets; messages are left out. */
    public List<String> commands() {
        return record.items().stream()
                .filter(item -> item.kind() == SessionRecord.Kind.COMMAND)
                .map(item -> item.text().isEmpty() ? String.valueOf(item.verb()) : item.text())
                .toList();
    }

    /** The codes of the replies, in order; the first is that of the banner. */
    public List<Integer> replyCodes() {
        return record.replies().stream().map(SessionRecord.RecordedReply::code).toList();
    }

    /** The flights that the client sent and then waited for; to connect and to wait for the banner is not counted. */
    public int roundTrips() {
        return record.roundTrips();
    }

    /** The least number of round trips with the extensions that the server offered. */
    public int possibleRoundTrips() {
        return record.possibleRoundTrips();
    }

    /** Whether the client ever sent a command before it could have read the reply to the one before. */
    public boolean isPipelined() {
        return record.pipelined();
    }

    /** What the session shows about the rules for clients: at most one verdict per rule. */
    public List<Verdict> verdicts() {
        return verdicts;
    }

    /** The verdicts that say that the client broke a rule. */
    public List<Verdict> violations() {
        return verdicts.stream()
                .filter(verdict -> verdict.level() == Verdict.Level.VIOLATION)
                .toList();
    }

    /** What scripts did to the session, in order. */
    public List<InjectedFault> faults() {
        return faults;
    }

    /** The session as lines with times: what the client sent, what the server replied, and what scripts did. */
    public String transcript() {
        return lines().toString();
    }

    /** The lines of the transcript. */
    Transcript lines() {
        return new Transcript(record, faults);
    }

    @Override
    public String toString() {
        return lines().heading();
    }
}
