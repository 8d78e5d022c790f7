// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Records what a spool was outcomes to do and its outcomes, and so knows which messages must exist, may exist and must
 * not exist when it is opened again. Confined to the thread of its test, except for what followers see.
 */
public final class Expected {
    private static final String NAMESPACE = "inbox";

    /** One message and everything that was done with it. */
    private static final class Message {
        final byte[] bytes;
        boolean certain;
        boolean gone;
        final List<CompletableFuture<CommitOutcome>> outcomes = new ArrayList<>();
        CompletableFuture<CommitOutcome> stored = new CompletableFuture<>();
        final List<CompletableFuture<CommitOutcome>> done = new ArrayList<>();
        /** Values of its state. The last stored one, or a later one, must be found. */
        final List<StateValue> states = new ArrayList<>();

        Message(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private static final class StateValue {
        final String value;
        CompletableFuture<CommitOutcome> outcome;

        StateValue(String value, CompletableFuture<CommitOutcome> outcome) {
            this.value = value;
            this.outcome = outcome;
        }
    }

    private final Map<Ulid, Message> messages = new TreeMap<>();
    private final Map<Long, String> followed = new HashMap<>();
    private int counter;

    private static CompletableFuture<CommitOutcome> settled(CommitOutcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** Appends a message without waiting for the outcome. */
    public void append(Spool spool, byte[] bytes) {
        Ulid id = spool.newId();
        var message = new Message(bytes);
        messages.put(id, message);
        message.stored = Mail.append(spool, id, bytes);
        message.outcomes.add(message.stored);
    }

    /** Sets a new state of a random message. */
    public void putState(Spool spool, Random random) {
        Ulid id = any(random);
        if (id != null) {
            String value = "" + ++counter;
            var outcome = new CompletableFuture<CommitOutcome>();
            spool.putState(id, NAMESPACE, KeyValueText.of(Map.of("Value", value)), Runnable::run, outcome::complete);
            Message message = Objects.requireNonNull(messages.get(id));
            message.states.add(new StateValue(value, outcome));
            message.outcomes.add(outcome);
        }
    }

    /** Marks a random message as done. */
    public void markDone(Spool spool, Random random) {
        Ulid id = any(random);
        if (id != null) {
            var outcome = new CompletableFuture<CommitOutcome>();
            spool.markDone(id, "deleted", Runnable::run, outcome::complete);
            Message message = Objects.requireNonNull(messages.get(id));
            message.done.add(outcome);
            message.outcomes.add(outcome);
        }
    }

    private @Nullable Ulid any(Random random) {
        List<Ulid> there = messages.entrySet().stream()
                .filter(each -> each.getValue().done.isEmpty() && !each.getValue().gone)
                .filter(each -> each.getValue().stored.isDone()) // before that, a state or a deletion has no effect
                .map(Map.Entry::getKey)
                .toList();
        return there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    }

    /** Waits for all outcomes. */
    public void settle() {
        messages.values().forEach(message -> {
            message.outcomes.forEach(Mail::get);
            message.outcomes.clear();
        });
    }

    /** Follows the spool, and checks that no sequence number ever names two records, in this run or a later one. */
    public void follow(Spool spool, boolean durable) {
        var seen = new HashSet<Long>();
        spool.follow(1, record -> {
            assertOnce(seen, record);
            if (durable) {
                see(record);
            }
        });
    }

    private static void assertOnce(Set<Long> seen, SpoolRecord record) {
        if (!seen.add(record.sequence())) {
            throw new IllegalStateException("sequence " + record.sequence() + " was shown twice");
        }
    }

    private synchronized void see(SpoolRecord record) {
        String what = record.type() + " " + record.id();
        String before = followed.put(record.sequence(), what);
        if (before != null && !before.equals(what)) {
            followed.put(-1L, "sequence " + record.sequence() + " was " + before + " and is now " + what);
        }
    }

    /** Forgets all promises: power was lost under a policy that promises nothing in that case. */
    public void forgetPromisesOfThisRun() {
        for (Message message : messages.values()) {
            message.stored = settled(CommitOutcome.FAULT);
            message.done.replaceAll(outcome -> settled(CommitOutcome.FAULT));
            message.states.forEach(state -> state.outcome = settled(CommitOutcome.FAULT));
        }
        synchronized (this) {
            followed.clear();
        }
    }

    /**
     * Checks the spool. Messages found now must be found later, and others must not: recovery has forced what it found.
     */
    public void check(Spool spool) throws IOException {
        settle();
        synchronized (this) {
            assertThat(followed.get(-1L)).isNull();
        }
        List<Ulid> ids = spool.ids();
        assertThat(ids).as("ids").doesNotHaveDuplicates();
        assertThat(messages.keySet()).as("messages that were appended").containsAll(ids);
        var there = new HashSet<>(ids);
        for (var each : messages.entrySet()) {
            check(spool, each.getKey(), each.getValue(), there.contains(each.getKey()));
        }
    }

    private static void check(Spool spool, Ulid id, Message message, boolean there) throws IOException {
        boolean stored = message.certain || Mail.get(message.stored) == CommitOutcome.STORED;
        boolean done = message.done.stream().anyMatch(outcome -> Mail.get(outcome) == CommitOutcome.STORED);
        SpoolRecord found = spool.find(id);
        assertThat(found != null).as("%s is found if it is listed", id).isEqualTo(there);
        if (message.gone || (done && stored)) {
            assertThat(there).as("%s is done, and exists", id).isFalse();
        } else if (stored && message.done.isEmpty()) {
            assertThat(there).as("%s was acknowledged, and exists", id).isTrue();
        }
        if (found != null) {
            assertThat(java.util.Arrays.equals(Mail.bytes(found), message.bytes))
                    .as("%s is complete", id)
                    .isTrue();
            checkStates(spool, id, message);
        }
        message.certain = there;
        message.gone = !there;
        message.stored = settled(there ? CommitOutcome.STORED : CommitOutcome.FAULT);
        message.done.clear();
    }

    private static void checkStates(Spool spool, Ulid id, Message message) {
        KeyValueText found = spool.states(id).get(NAMESPACE);
        String value = found == null ? null : found.first("Value");
        int last = -1;
        for (int i = 0; i < message.states.size(); i++) {
            last = Mail.get(message.states.get(i).outcome) == CommitOutcome.STORED ? i : last;
        }
        List<String> possible = message.states.subList(Math.max(0, last), message.states.size()).stream()
                .map(state -> state.value)
                .toList();
        if (last >= 0 || value != null) {
            assertThat(possible).as("the state of %s", id).contains(Objects.requireNonNullElse(value, "none"));
        }
        message.states.clear();
        if (value != null) {
            message.states.add(new StateValue(value, settled(CommitOutcome.STORED)));
        }
    }

    public int size() {
        return messages.size();
    }
}
