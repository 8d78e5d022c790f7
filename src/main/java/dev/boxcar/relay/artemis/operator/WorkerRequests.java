// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all workers about the mail that they have. A worker answers a list with one message per mail, and every request
 * with a last message that names the ids that it has. One thread.
 */
final class WorkerRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRequests.class);
    private static final long SILENCE_MILLIS = 3_000;

    /** What is asked: {@link #LIST} or the name of a change. */
    static final String REQUEST = "boxcar_request";

    static final String LIST = "list";
    /** Which request an answer belongs to. */
    static final String NUMBER = "boxcar_request_number";
    /** Set in the last answer of a worker. */
    static final String LAST = "boxcar_last";

    private final OperatorSession operator;

    WorkerRequests(OperatorSession operator) {
        this.operator = operator;
    }

    /** Passes the mail with these ids on that workers have; all if there are no ids. */
    void list(Collection<Ulid> ids, Consumer<ListedMail> each) throws ActiveMQException, IOException {
        ask(LIST, ids, each);
    }

    /** Has the workers change the mail that they have, and returns the ids of that mail. */
    Set<Ulid> change(QueueChange change, Collection<Ulid> ids) throws ActiveMQException, IOException {
        return ask(change.text(), ids, mail -> {});
    }

    private Set<Ulid> ask(String request, Collection<Ulid> ids, Consumer<ListedMail> each)
            throws ActiveMQException, IOException {
        int missing = operator.session()
                .addressQuery(SimpleString.of(BrokerQueues.WORKERS))
                .getQueueNames()
                .size();
        if (missing == 0) {
            return Set.of();
        }
        String number = UUID.randomUUID().toString();
        boolean isDurable = false;
        ClientMessage question = operator.session().createMessage(isDurable);
        question.putStringProperty(REQUEST, request);
        question.putStringProperty(NUMBER, number);
        question.setReplyTo(operator.answers());
        question.getBodyBuffer().writeBytes(text(ids));
        operator.send(BrokerQueues.WORKERS, question);

        var theirs = new HashSet<Ulid>();
        long last = System.nanoTime();
        while (missing > 0) {
            ClientMessage answer = operator.receive(SILENCE_MILLIS);
            if (answer == null || System.nanoTime() - last > TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS)) {
                LOG.warn("{} of the workers did not answer; messages that they have are left out", missing);
                return theirs;
            }
            if (!number.equals(answer.getStringProperty(NUMBER))) {
                continue; // of an earlier request
            }
            last = System.nanoTime();
            if (answer.containsProperty(LAST)) {
                theirs.addAll(ids(answer));
                missing--;
            } else {
                MailSummary summary = MailSummary.of(answer);
                if (summary != null) {
                    each.accept(summary.attempted());
                }
            }
        }
        return theirs;
    }

    static byte[] text(Collection<Ulid> ids) {
        return ids.stream()
                .map(Ulid::toString)
                .collect(Collectors.joining("\n"))
                .getBytes(US_ASCII);
    }

    static List<Ulid> ids(ClientMessage message) {
        var bytes = new byte[message.getBodyBuffer().readableBytes()];
        message.getBodyBuffer().readBytes(bytes);
        var ids = new ArrayList<Ulid>();
        for (String line : new String(bytes, US_ASCII).split("\n", -1)) {
            Ulid id = Ulid.parse(line);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }
}
