// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.BrokerConnection.Commits;
import java.util.ArrayList;
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
import org.apache.activemq.artemis.api.core.management.AddressSettingsInfo;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker for the settings of the queue, and warns about those that let it drop mail. It logs each finding once
 * until the finding changes. Confined to one thread.
 */
final class BrokerSettingsCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSettingsCheck.class);
    private static final String OPERATION = "getAddressSettingsAsJSON";
    private static final long ANSWER_MILLIS = 5_000;
    private static final int UNLIMITED = -1;

    private String last = "";

    /** Asks and logs. Blocks for some seconds at most. */
    void run(BrokerConnection connection) {
        try {
            String finding = finding(settings(connection));
            if (isNew(finding)) {
                LOG.warn("queue={} {}", BrokerQueues.MAIL, finding);
            }
        } catch (Exception e) { // the client declares no narrower type
            String reason = String.valueOf(e.getMessage());
            if (isNew(reason)) {
                LOG.info(
                        "queue={} the settings of the broker cannot be read, so this relay does not check that "
                                + "max-delivery-attempts is -1: {}",
                        BrokerQueues.MAIL,
                        reason);
            }
        }
    }

    private boolean isNew(String finding) {
        boolean isNew = !finding.isEmpty() && !finding.equals(last);
        last = finding;
        return isNew;
    }

    /** What lets the broker drop mail, in one line; empty if nothing does. */
    private static String finding(AddressSettingsInfo settings) {
        var wrong = new ArrayList<String>();
        int attempts = settings.getMaxDeliveryAttempts();
        if (attempts != UNLIMITED) {
            wrong.add("max-delivery-attempts is " + attempts + " and must be -1");
        }
        String policy = settings.getAddressFullMessagePolicy();
        if ("DROP".equals(policy)) {
            wrong.add("address-full-policy is DROP and must be PAGE");
        }
        return wrong.isEmpty()
                ? ""
                : "the broker may drop mail: " + String.join("; ", wrong)
                        + " (address-setting of boxcar.# in broker.xml)";
    }

    private static AddressSettingsInfo settings(BrokerConnection connection) throws Exception {
        try (ClientSession session = connection.session(Commits.EACH)) {
            SimpleString answers = SimpleString.of(BrokerQueues.ANSWERS + UUID.randomUUID());
            session.createQueue(QueueConfiguration.of(answers)
                    .setAddress(answers)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(false)
                    .setTemporary(true));
            try (ClientProducer producer =
                            session.createProducer(ActiveMQDefaultConfiguration.getDefaultManagementAddress());
                    ClientConsumer consumer = session.createConsumer(answers)) {
                session.start();
                producer.send(question(session, answers));
                return read(consumer.receive(ANSWER_MILLIS));
            }
        }
    }

    private static ClientMessage question(ClientSession session, SimpleString answers) throws Exception {
        boolean isDurable = false;
        ClientMessage question = session.createMessage(isDurable);
        ManagementHelper.putOperationInvocation(question, ResourceNames.BROKER, OPERATION, BrokerQueues.MAIL);
        question.setReplyTo(answers);
        return question;
    }

    private static AddressSettingsInfo read(@Nullable ClientMessage answer) throws Exception {
        if (answer == null) {
            throw new ActiveMQException("no answer");
        }
        answer.acknowledge();
        if (!ManagementHelper.hasOperationSucceeded(answer)) {
            throw new ActiveMQException(String.valueOf(ManagementHelper.getResult(answer)));
        }
        return AddressSettingsInfo.fromJSON((String) ManagementHelper.getResult(answer, String.class));
    }
}
