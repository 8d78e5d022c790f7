// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.KeyValueText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message after its first attempt. Immutable; any thread.
 *
 * <p>As text, it is one line per fact:
 *
 * <pre>
 * Attempts: 2
 * Next: 2026-11-29T18:48:00Z
 * Held: yes                                          (only if it is held)
 * Warned: yes                                        (only if the sender was told about the delay)
 * Returned: yes                                      (only if an operator returns it to the sender)
 * Pending: 3 4.2.0 450 4.2.0 try later               (one line per recipient that is not settled; a status that
 *                                                     begins with 2 or 5 means that only the report is missing)
 * Attempt: 2026-11-29T18:43:00Z mx.example 450 ...   (the last five attempts, oldest first)
 * </pre>
 *
 * @param attempts how many attempts were made
 * @param next when the next attempt is due
 * @param isHeld whether an operator holds the message: it is not attempted until it is released
 * @param isWarned whether the sender was told about the delay
 * @param isReturned whether an operator wants it returned to its sender
 * @param pending the recipients that are not settled, by index
 * @param history the last attempts, oldest first, one line each
 */
public record DeliveryState(
        int attempts,
        Instant next,
        boolean isHeld,
        boolean isWarned,
        boolean isReturned,
        List<RecipientState> pending,
        List<String> history) {
    /** How many attempts are kept. */
    static final int MAX_HISTORY = 5;

    private static final String ATTEMPTS = "Attempts";
    private static final String NEXT = "Next";
    private static final String HELD = "Held";
    private static final String WARNED = "Warned";
    private static final String RETURNED = "Returned";
    private static final String PENDING = "Pending";
    private static final String ATTEMPT = "Attempt";
    private static final String YES = "yes";

    public DeliveryState {
        pending = List.copyOf(pending);
        history = List.copyOf(history.subList(Math.max(0, history.size() - MAX_HISTORY), history.size()));
        if (attempts < 0) {
            throw new IllegalArgumentException("invalid number of attempts: " + attempts);
        }
    }

    /** The state of a message with this many recipients before its first attempt. */
    public static DeliveryState untried(int recipients, Instant next) {
        var all = new ArrayList<RecipientState>(recipients);
        for (int i = 0; i < recipients; i++) {
            all.add(RecipientState.untried(i));
        }
        return new DeliveryState(0, next, false, false, false, all, List.of());
    }

    /** What is known of a message; if nothing is, the state before its first attempt. */
    public static DeliveryState orUntried(@Nullable DeliveryState known, int recipients, Instant next) {
        return known == null ? untried(recipients, next) : known;
    }

    /** Returns a copy with other {@link #pending} recipients. */
    public DeliveryState withPending(List<RecipientState> recipients) {
        return new DeliveryState(attempts, next, isHeld, isWarned, isReturned, recipients, history);
    }

    /** Returns a copy after one more attempt, described in one line. */
    public DeliveryState afterAttempt(Instant nextAttempt, String line) {
        var lines = new ArrayList<>(history);
        lines.add(RecipientState.oneLine(line));
        return new DeliveryState(attempts + 1, nextAttempt, isHeld, isWarned, isReturned, pending, lines);
    }

    /** Returns a copy with another {@link #next} attempt. */
    public DeliveryState withNext(Instant time) {
        return new DeliveryState(attempts, time, isHeld, isWarned, isReturned, pending, history);
    }

    /** Returns a copy that is held. */
    public DeliveryState held() {
        return new DeliveryState(attempts, next, true, isWarned, isReturned, pending, history);
    }

    /** Returns a copy that is not held. */
    public DeliveryState released() {
        return new DeliveryState(attempts, next, false, isWarned, isReturned, pending, history);
    }

    /** Returns a copy that says that the sender was told about the delay. */
    public DeliveryState warned() {
        return new DeliveryState(attempts, next, isHeld, true, isReturned, pending, history);
    }

    /** Returns a copy that is returned to the sender at its next attempt, which is due now. */
    public DeliveryState returned(Instant now) {
        return new DeliveryState(attempts, now, false, isWarned, true, pending, history);
    }

    /** The server of the latest attempt; empty if there was none. */
    public String lastHost() {
        if (history.isEmpty()) {
            return "";
        }
        String[] words = history.get(history.size() - 1).split(" ", 3);
        return words.length < 2 || words[1].equals("none") ? "" : words[1];
    }

    /** The text that {@link #parse} reads. */
    public KeyValueText text() {
        var lines = new StringBuilder();
        line(lines, ATTEMPTS, Integer.toString(attempts));
        line(lines, NEXT, next.toString());
        if (isHeld) {
            line(lines, HELD, YES);
        }
        if (isWarned) {
            line(lines, WARNED, YES);
        }
        if (isReturned) {
            line(lines, RETURNED, YES);
        }
        for (RecipientState one : pending) {
            line(lines, PENDING, (one.index() + " " + one.status() + " " + one.reply()).stripTrailing());
        }
        history.forEach(attempt -> line(lines, ATTEMPT, attempt));
        return KeyValueText.parse(lines.toString().getBytes(UTF_8));
    }

    private static void line(StringBuilder lines, String key, String value) {
        lines.append(key).append(": ").append(value).append('\n');
    }

    /**
     * Reads a state.
     *
     * @throws IllegalArgumentException if the text is not one that {@link #text} wrote
     */
    public static DeliveryState parse(KeyValueText text) {
        try {
            var pending = new ArrayList<RecipientState>();
            for (String line : text.all(PENDING)) {
                pending.add(recipient(line));
            }
            return new DeliveryState(
                    Integer.parseInt(required(text, ATTEMPTS)),
                    Instant.parse(required(text, NEXT)),
                    YES.equals(text.first(HELD)),
                    YES.equals(text.first(WARNED)),
                    YES.equals(text.first(RETURNED)),
                    pending,
                    text.all(ATTEMPT));
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException("damaged state of a queued message: " + e.getMessage(), e);
        }
    }

    private static RecipientState recipient(String line) {
        int first = line.indexOf(' ');
        if (first < 0) {
            return RecipientState.untried(Integer.parseInt(line));
        }
        int second = line.indexOf(' ', first + 1);
        int index = Integer.parseInt(line.substring(0, first));
        return second < 0
                ? new RecipientState(index, line.substring(first + 1), "")
                : new RecipientState(index, line.substring(first + 1, second), line.substring(second + 1));
    }

    private static String required(KeyValueText text, String key) {
        @Nullable String value = text.first(key);
        if (value == null) {
            throw new IllegalArgumentException("damaged state of a queued message: no line " + key);
        }
        return value;
    }
}
