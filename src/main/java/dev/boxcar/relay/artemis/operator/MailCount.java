// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import static dev.boxcar.relay.artemis.operator.IdFilter.both;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.queue.QueueTotals;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.JsonUtil;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.json.JsonObject;

/** Has the broker count mail, so that not every message is read. One thread. */
final class MailCount {
    private static final String NOT_TRIED = "(" + MailFormat.ATTEMPTS + " IS NULL OR " + MailFormat.ATTEMPTS + " = 0)";
    private static final String NO_HOST = "null";

    private final OperatorSession operator;
    private final String later = IdFilter.dueAfter(System.currentTimeMillis());

    private MailCount(OperatorSession operator) {
        this.operator = operator;
    }

    /** Counts the mail of the whole queue. */
    static QueueTotals of(OperatorSession operator) throws Exception {
        return new MailCount(operator).totals();
    }

    private QueueTotals totals() throws Exception {
        int mail = messages(BrokerQueues.MAIL);
        int waitForTheirTime = (int) operator.attribute(BrokerQueues.MAIL, "scheduledCount");
        int scheduled = operator.count(BrokerQueues.DEFERRED, "countMessages", both(later, NOT_TRIED));
        int deferred = Math.max(0, waitForTheirTime - scheduled);
        int active = Math.max(0, mail - waitForTheirTime) + messages(BrokerQueues.RETURNED);
        int held = messages(BrokerQueues.HELD);
        return new QueueTotals(active, deferred, scheduled, held, oldestMillis(), byHost());
    }

    private int messages(String queue) throws Exception {
        return (int) operator.session().queueQuery(SimpleString.of(queue)).getMessageCount();
    }

    private Map<String, Integer> byHost() throws Exception {
        var byHost = new HashMap<String, Integer>();
        add(counts(BrokerQueues.DEFERRED, later, MailFormat.HOST), byHost);
        add(counts(BrokerQueues.HELD, "", MailFormat.HOST), byHost);
        return byHost;
    }

    private static void add(JsonObject counts, Map<String, Integer> byHost) {
        for (String host : counts.keySet()) {
            byHost.merge(host.equals(NO_HOST) ? "" : host, counts.getInt(host), Integer::sum);
        }
    }

    /** Of the oldest that waits to be attempted, by when it came to the broker; of the others, by their minute. */
    private long oldestMillis() throws Exception {
        long oldest = operator.attribute(BrokerQueues.MAIL, "firstMessageTimestamp");
        oldest = oldest <= 0 ? Long.MAX_VALUE : oldest;
        for (String queue : new String[] {BrokerQueues.DEFERRED, BrokerQueues.HELD}) {
            String filter = queue.equals(BrokerQueues.HELD) ? "" : later;
            for (String minute : counts(queue, filter, MailFormat.MINUTE).keySet()) {
                if (!minute.equals(NO_HOST)) {
                    oldest = Math.min(oldest, TimeUnit.MINUTES.toMillis(Long.parseLong(minute)));
                }
            }
        }
        return oldest == Long.MAX_VALUE ? 0 : oldest;
    }

    private JsonObject counts(String queue, String filter, String property) throws Exception {
        return JsonUtil.readJsonObject(String.valueOf(operator.ask(queue, "countMessages", filter, property)));
    }
}
