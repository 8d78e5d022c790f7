// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code queue show}: prints what is known of one message. */
@Command(
        name = "show",
        header =
                "shows a queued message: its recipients with their replies, and its attempts; with transcripts while the relay"
                        + " remembers them")
final class QueueShow extends QueueReadCommand {
    @Parameters(index = "0", paramLabel = "ID", converter = QueueFilter.IdConverter.class, description = "its id")
    Ulid id;

    @Option(names = "--json", description = "as a JSON object")
    boolean json;

    QueueShow(Map<String, String> environment) {
        super(environment);
    }

    @Override
    public Integer call() throws IOException {
        ListedMail mail;
        try (QueueAdministration queue = open()) {
            mail = queue.find(id);
        }
        if (mail == null) {
            complain(id + ": no such message in the queue");
            return 1;
        }
        QueuedMessage message = QueuedMessage.of(mail);
        if (json) {
            QueueJson.printAll(out(), message, transcript());
        } else {
            print(message);
        }
        out().flush();
        return 0;
    }

    private void print(QueuedMessage message) {
        line("id", message.id().toString());
        line("from", "<" + message.sender() + ">");
        line("arrived", message.received().toString());
        line("bytes", Long.toString(message.bytes()));
        line("state", message.waiting().text());
        line("attempts", Integer.toString(message.state().attempts()));
        line("next", message.state().next().toString());
        for (RecipientState recipient : message.state().pending()) {
            line("to", "<" + message.address(recipient) + "> " + recipient.reply());
        }
        message.state().history().forEach(attempt -> line("attempt", attempt));
        List<String> transcript = transcript();
        if (!transcript.isEmpty()) {
            out().println();
            transcript.forEach(line -> out().println(TerminalText.of(line)));
        }
    }

    /** What was said in the attempts, as far as the relay runs and remembers it. */
    private List<String> transcript() {
        try (ControlClient running = RunningRelay.connect(spool, environment)) {
            return running == null ? List.of() : running.transcript(id);
        } catch (IOException e) {
            return List.of(); // the relay ends
        }
    }

    private void line(String name, String value) {
        out().printf("%-9s %s%n", name, TerminalText.of(value.strip()));
    }
}
