// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.relay.queue.QueueAdministration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code queue ls}: prints one line per message. */
@Command(
        name = "ls",
        header = "lists queued messages (all, or those that match): id, time, bytes, state, sender, recipients, reason")
final class QueueLs extends QueueReadCommand {
    private static final int SHOWN_RECIPIENTS = 3;
    /** The first ones are printed in the order of acceptance, the others as they come, so that memory is bounded. */
    private static final int MAX_SORTED = 10_000;

    @Mixin
    QueueFilter filter;

    @Option(names = "--json", description = "one JSON object per line")
    boolean json;

    private final List<QueuedMessage> messages = new ArrayList<>();
    private int printed;

    QueueLs(Map<String, String> environment) {
        super(environment);
    }

    @Override
    public Integer call() throws IOException {
        try (QueueAdministration queue = open()) {
            forEach(queue, filter, this::add);
        }
        printSorted();
        if (printed == 0 && !json) {
            out().println(filter.isGiven() ? "no queued message matches" : "the queue is empty");
        }
        out().flush();
        return 0;
    }

    /** A shared queue passes messages in the order of its places. */
    private void add(QueuedMessage message) {
        if (printed > 0) {
            printOne(message);
            return;
        }
        messages.add(message);
        if (messages.size() == MAX_SORTED) {
            printSorted();
        }
    }

    private void printSorted() {
        messages.sort(Comparator.comparing(QueuedMessage::id));
        messages.forEach(this::printOne);
        messages.clear();
    }

    private void printOne(QueuedMessage message) {
        printed++;
        if (!json) {
            print(message);
            return;
        }
        try {
            QueueJson.print(out(), message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(QueuedMessage message) {
        List<String> to =
                message.state().pending().stream().map(message::address).toList();
        String shown = String.join(",", to.subList(0, Math.min(SHOWN_RECIPIENTS, to.size())));
        String more = to.size() > SHOWN_RECIPIENTS ? " and " + (to.size() - SHOWN_RECIPIENTS) + " more" : "";
        out().printf(
                        "%s  %s  %9d  %-9s  <%s>  %s%s%n",
                        message.id(),
                        message.received().truncatedTo(ChronoUnit.SECONDS),
                        message.bytes(),
                        message.waiting().text(),
                        TerminalText.of(message.sender()),
                        TerminalText.of(shown),
                        more);
        if (!message.reason().isEmpty()) {
            out().println("    " + TerminalText.of(message.reason()) + " (next attempt "
                    + message.state().next().truncatedTo(ChronoUnit.SECONDS) + ")");
        }
    }
}
