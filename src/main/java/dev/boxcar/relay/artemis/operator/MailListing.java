// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import static dev.boxcar.relay.artemis.operator.IdFilter.both;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.JsonUtil;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the queues of the broker, in the order in which mail moves, so that a message that moves is seen at
 * least once; it is passed on once. Holds one message at a time, and the ids of those that were seen. One thread.
 */
final class MailListing {
    /** Has a queue show messages whose time has not come. */
    static final String SHOW_ALL = "deliverScheduledMessages";

    private static final String ALL = "";
    /** Messages that are counted but taken by a worker meanwhile cost this once. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final OperatorSession operator;
    private final WorkerRequests workers;
    private final Set<Ulid> seen = new HashSet<>();
    private final Consumer<ListedMail> each;

    MailListing(OperatorSession operator, Consumer<ListedMail> each) {
        this.operator = operator;
        this.workers = new WorkerRequests(operator);
        this.each = each;
    }

    /** Passes the messages with these ids on, all if there are no ids, and returns how many there were. */
    int run(List<Ulid> ids) throws Exception {
        String filter = ids.isEmpty() ? ALL : IdFilter.of(ids);
        Instant now = Instant.now();
        browseHeld(filter);
        operator.ask(BrokerQueues.RETURNED, SHOW_ALL, filter);
        browse(BrokerQueues.RETURNED, filter, state -> state.returned(now));
        browse(BrokerQueues.MAIL, filter, DeliveryState::released);
        workers.list(ids, this::pass);
        String later = both(filter, IdFilter.dueAfter(now.toEpochMilli()));
        browse(BrokerQueues.DEFERRED, later, UnaryOperator.identity());
        return seen.size();
    }

    /** Passes held messages on that the filter chooses. Their time does not matter. */
    void browseHeld(String filter) throws Exception {
        operator.ask(BrokerQueues.HELD, SHOW_ALL, filter);
        browse(BrokerQueues.HELD, filter, DeliveryState::held);
    }

    private void browse(String queue, String filter, UnaryOperator<DeliveryState> meaning) throws Exception {
        browseSmall(queue, both(filter, MailFormat.LARGE + " IS NULL"), meaning);
        for (Ulid id : ids(queue, both(filter, MailFormat.LARGE + " IS NOT NULL"))) {
            browseLarge(queue, id, meaning);
        }
    }

    private ClientConsumer browser(String queue, String filter) throws ActiveMQException {
        boolean browsesOnly = true;
        return operator.session().createConsumer(SimpleString.of(queue), SimpleString.of(filter), browsesOnly);
    }

    private void browseSmall(String queue, String filter, UnaryOperator<DeliveryState> meaning) throws Exception {
        int expected = operator.count(queue, "countMessages", filter);
        try (ClientConsumer browser = browser(queue, filter)) {
            int passed = 0;
            for (ClientMessage message = next(browser, expected);
                    message != null;
                    message = next(browser, expected - passed)) {
                passed++;
                MailSummary summary = MailSummary.of(message);
                if (summary != null) {
                    pass(summary.waiting(), meaning);
                }
            }
        }
    }

    /** The broker may say that there is no more while its line is full; then the next message comes a little later. */
    private static @Nullable ClientMessage next(ClientConsumer browser, int expected) throws ActiveMQException {
        return expected > 0 ? browser.receive(PATIENCE_MILLIS) : browser.receiveImmediate();
    }

    /** Reads only the beginning of the message. */
    private void browseLarge(String queue, Ulid id, UnaryOperator<DeliveryState> meaning) throws ActiveMQException {
        try (ClientConsumer browser = browser(queue, IdFilter.of(List.of(id)))) {
            ClientMessage message = browser.receive(PATIENCE_MILLIS);
            if (message == null) {
                return;
            }
            var collector = new HeadCollector();
            try {
                message.saveToOutputStream(collector);
            } catch (ActiveMQException e) {
                if (collector.head() == null) {
                    throw e;
                }
            }
            MailFormat.Head head = collector.head();
            if (head != null) {
                pass(MailSummary.of(message, head).waiting(), meaning);
            }
        }
    }

    private void pass(ListedMail mail, UnaryOperator<DeliveryState> meaning) {
        pass(mail.withState(meaning.apply(mail.state())));
    }

    private void pass(ListedMail mail) {
        if (seen.add(mail.id())) {
            each.accept(mail);
        }
    }

    /** The ids of the messages that this queue shows and the filter chooses. */
    Set<Ulid> ids(String queue, String filter) throws Exception {
        var ids = new LinkedHashSet<Ulid>();
        String counts = String.valueOf(operator.ask(queue, "countMessages", filter, MailFormat.ID));
        for (String text : JsonUtil.readJsonObject(counts).keySet()) {
            @Nullable Ulid id = Ulid.parse(text);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }
}
