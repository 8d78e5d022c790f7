// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.admission.ClientAdmission;
import dev.boxcar.smtp.server.admission.ListenerRules;
import dev.boxcar.smtp.server.admission.XclientAttributes;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.transaction.TransactionState;
import java.io.IOException;

/**
 * Handles XCLIENT, Postfix's extension with which a trusted proxy names the client that it has connected for. The reply
 * is a new banner. Confined to the loop thread.
 */
public final class XclientCommand {
    static final String WORD = XclientAttributes.COMMAND;

    private final ListenerRules rules;
    private final TransactionState transaction;
    private final ClientAdmission admission;

    public XclientCommand(ListenerRules rules, TransactionState transaction, ClientAdmission admission) {
        this.rules = rules;
        this.transaction = transaction;
        this.admission = admission;
    }

    Reply handle(Command command) throws IOException {
        if (!rules.allowXclient()) {
            return Replies.XCLIENT_NOT_FROM_THERE;
        } else if (transaction.isOpen()) {
            return Replies.XCLIENT_WITHIN_MAIL;
        }
        XclientAttributes attributes;
        try {
            attributes = XclientAttributes.parse(command.argument());
        } catch (IllegalArgumentException e) {
            return Reply.of(501, "5.5.4", String.valueOf(e.getMessage()));
        }
        admission.readmit(attributes);
        return Replies.LATER;
    }
}
