// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what is worth telling of the session of a probe. Confined to the probe's loop while it runs. */
final class ProbedDialogue implements SessionListener {
    /** The server answers these without work of its own. */
    private static final Set<Verb> QUICK = EnumSet.of(Verb.EHLO, Verb.STARTTLS, Verb.QUIT);

    private final long openedNanos;
    private final Map<Long, Verb> answered = new HashMap<>();
    private final Map<Long, Long> queuedNanos = new HashMap<>();
    private @Nullable Duration roundTrip;
    private String banner = "";
    private String mechanism = "";
    private boolean startedTls;
    private List<String> offers = List.of();

    ProbedDialogue(long openedNanos) {
        this.openedNanos = openedNanos;
    }

    @Override
    public void queued(long number, @Nullable Verb verb, long nanos) {
        if (number == 0) {
            took(System.nanoTime() - openedNanos); // TCP has connected
        } else if (verb != null) {
            answered.put(number, verb);
            queuedNanos.put(number, nanos);
        }
    }

    /** The shortest wait is the closest to the way there and back: others have work in them, of the server or of us. */
    private void took(long nanos) {
        Duration time = Duration.ofNanos(Math.max(0, nanos));
        roundTrip = roundTrip == null || time.compareTo(roundTrip) < 0 ? time : roundTrip;
    }

    @Override
    public void command(Command command, long from, long to, long nanos) {
        if (command.verb() == Verb.AUTH) {
            mechanism = command.argument().split(" ", 2)[0].toUpperCase(Locale.ROOT); // the rest may be a secret
        }
    }

    @Override
    public void ready(long number, Reply reply, int bytes, long nanos) {
        if (number == 0) {
            banner = reply.lines().isEmpty() ? "" : reply.lines().get(0);
            return;
        }
        Verb verb = answered.get(number);
        Long queued = queuedNanos.get(number);
        if (queued != null && verb != null && QUICK.contains(verb)) {
            took(nanos - queued);
        }
        if (verb == Verb.EHLO && !reply.isError()) {
            var lines = new ArrayList<>(reply.lines());
            offers = lines.isEmpty() ? List.of() : List.copyOf(lines.subList(1, lines.size()));
        }
        startedTls |= verb == Verb.STARTTLS && !reply.isError();
    }

    @Nullable
    Duration roundTrip() {
        return roundTrip;
    }

    String banner() {
        return banner;
    }

    /** The SASL mechanism of the last AUTH; empty without one. */
    String mechanism() {
        return mechanism;
    }

    /** Whether the server has accepted STARTTLS. */
    boolean hasStartedTls() {
        return startedTls;
    }

    /** The lines of the last reply to EHLO, without the first. */
    List<String> offers() {
        return offers;
    }

    /** The value of SIZE (RFC 1870); 0 if there is no limit. */
    long maxBytes() {
        return offers.stream()
                .map(offer -> offer.toUpperCase(Locale.ROOT))
                .filter(offer -> offer.matches("SIZE [0-9]{1,18}"))
                .mapToLong(offer -> Long.parseLong(offer.substring(5)))
                .findFirst()
                .orElse(0);
    }
}
