// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import dev.boxcar.relay.artemis.broker.BrokerConnection.Commits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.activemq.artemis.api.config.ActiveMQDefaultConfiguration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.jspecify.annotations.Nullable;

/**
 * A session over which the broker manages its queues. Answers come to a temporary queue. Blocks, for a bounded time.
 * One thread.
 */
public final class OperatorSession implements AutoCloseable {
    /** An operation on a long queue takes a while. */
    private static final long ANSWER_MILLIS = 30_000;

    /** What talks to the broker. */
    @FunctionalInterface
    public interface Conversation<T> {
        T hold(OperatorSession operator) throws Exception; // the client declares no narrower type
    }

    private final ClientSession session;
    private final SimpleString answers = SimpleString.of(BrokerQueues.ANSWERS + UUID.randomUUID());
    private final ClientProducer producer;
    private final ClientConsumer consumer;

    private OperatorSession(BrokerConnection connection) throws ActiveMQException {
        session = connection.session(Commits.EACH);
        session.createQueue(QueueConfiguration.of(answers)
                .setAddress(answers)
                .setRoutingType(RoutingType.ANYCAST)
                .setDurable(false)
                .setTemporary(true));
        producer = session.createProducer();
        consumer = session.createConsumer(answers);
        session.start();
    }

    /** Opens a session, has the conversation, and closes the session. */
    public static <T> T with(BrokerConnection connection, Conversation<T> conversation) throws IOException {
        try (var operator = new OperatorSession(connection)) {
            return conversation.hold(operator);
        } catch (IOException | UncheckedIOException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (Exception e) { // as above
            throw new IOException("the broker: " + e.getMessage(), e);
        }
    }

    /** The session, for what is not management. */
    public ClientSession session() {
        return session;
    }

    /** Where answers go. */
    public SimpleString answers() {
        return answers;
    }

    /** Sends a message that others answer. */
    public void send(String address, ClientMessage message) throws ActiveMQException {
        producer.send(SimpleString.of(address), message);
    }

    /** Waits for the next answer; null if there is none in this time. */
    public @Nullable ClientMessage receive(long millis) throws ActiveMQException {
        ClientMessage answer = consumer.receive(millis);
        if (answer != null) {
            answer.acknowledge();
        }
        return answer;
    }

    /** Has the broker itself carry out an operation, and returns its result. */
    public @Nullable Object askBroker(String operation, Object... parameters) throws Exception {
        return invoke(ResourceNames.BROKER, operation, parameters);
    }

    /** Has a queue carry out an operation, and returns its result. */
    public @Nullable Object ask(String queue, String operation, Object... parameters) throws Exception {
        return invoke(ResourceNames.QUEUE + queue, operation, parameters);
    }

    /** As {@link #ask}, for a number. */
    public int count(String queue, String operation, Object... parameters) throws Exception {
        return ask(queue, operation, parameters) instanceof Number number ? number.intValue() : 0;
    }

    private @Nullable Object invoke(String resource, String operation, Object... parameters) throws Exception {
        boolean isDurable = false;
        ClientMessage question = session.createMessage(isDurable);
        ManagementHelper.putOperationInvocation(question, resource, operation, parameters);
        return result(question);
    }

    /** An attribute of a queue, which is a number. */
    public long attribute(String queue, String name) throws Exception {
        boolean isDurable = false;
        ClientMessage question = session.createMessage(isDurable);
        ManagementHelper.putAttribute(question, ResourceNames.QUEUE + queue, name);
        return result(question) instanceof Number number ? number.longValue() : 0;
    }

    private @Nullable Object result(ClientMessage question) throws Exception {
        question.setReplyTo(answers);
        send(ActiveMQDefaultConfiguration.getDefaultManagementAddress().toString(), question);
        ClientMessage answer = receive(ANSWER_MILLIS);
        while (answer != null && !answer.containsProperty(ManagementHelper.HDR_OPERATION_SUCCEEDED)) {
            answer = receive(ANSWER_MILLIS); // that was a worker's, which came too late
        }
        if (answer == null) {
            throw new ActiveMQException("no answer");
        }
        if (!ManagementHelper.hasOperationSucceeded(answer)) {
            throw new ActiveMQException(String.valueOf(ManagementHelper.getResult(answer)));
        }
        return ManagementHelper.getResult(answer);
    }

    @Override
    public void close() throws ActiveMQException {
        session.close();
    }
}
