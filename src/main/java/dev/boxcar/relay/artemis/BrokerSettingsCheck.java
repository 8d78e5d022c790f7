// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import java.io.IOException;
import java.util.ArrayList;
import org.apache.activemq.artemis.api.core.management.AddressSettingsInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker for the settings of the queue, and warns about those that let it drop mail, and when it does not let
 * operators change the queue. It logs each finding once until the finding changes. Confined to one thread.
 */
final class BrokerSettingsCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSettingsCheck.class);
    private static final String OPERATION = "getAddressSettingsAsJSON";
    private static final int UNLIMITED = -1;

    private static final String NO_MESSAGE = MailFormat.ID + " = 'none'";

    private String last = "";
    private String lastRight = "";

    /** Asks and logs. Blocks for some seconds at most. */
    void run(BrokerConnection connection) {
        checkSettings(connection);
        checkRights(connection);
    }

    /** Whether operators may change the queue: a change of no message shows it. */
    private void checkRights(BrokerConnection connection) {
        try {
            OperatorSession.with(
                    connection, operator -> operator.count(BrokerQueues.DAMAGED, "removeMessages", NO_MESSAGE));
            lastRight = "";
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(lastRight)) {
                LOG.warn(
                        "queue={} operators cannot change the queue (security-setting of mops.queue.boxcar.# in"
                                + " broker.xml): {}",
                        BrokerQueues.MAIL,
                        reason);
            }
            lastRight = reason;
        }
    }

    private void checkSettings(BrokerConnection connection) {
        try {
            String finding = finding(settings(connection));
            if (isNew(finding)) {
                LOG.warn("queue={} {}", BrokerQueues.MAIL, finding);
            }
        } catch (IOException e) {
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

    private static AddressSettingsInfo settings(BrokerConnection connection) throws IOException {
        return OperatorSession.with(connection, BrokerSettingsCheck::settings);
    }

    private static AddressSettingsInfo settings(OperatorSession operator) throws Exception {
        String json = String.valueOf(operator.askBroker(OPERATION, BrokerQueues.MAIL));
        return AddressSettingsInfo.fromJSON(json);
    }
}
