// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.SessionQuota;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.EhloCapabilities;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.transaction.TransactionState;
import dev.boxcar.smtp.server.transaction.UnqualifiedPaths;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles MAIL, RCPT, DATA and RSET (RFC 5321 §3.3): the transaction checks them first, then the quota, then the
 * policy. Confined to the loop thread.
 */
public final class TransactionCommands {
    private final ClientState client;
    private final EhloCapabilities capabilities;
    private final TransactionState transaction;
    private final SessionQuota quota;
    private final PolicyCheck policy;
    private final MessageInput message;
    private final UnqualifiedPaths unqualified;

    public TransactionCommands(
            ClientState client,
            EhloCapabilities capabilities,
            TransactionState transaction,
            SessionQuota quota,
            PolicyCheck policy,
            MessageInput message,
            UnqualifiedPaths unqualified) {
        this.client = client;
        this.capabilities = capabilities;
        this.transaction = transaction;
        this.quota = quota;
        this.policy = policy;
        this.message = message;
        this.unqualified = unqualified;
    }

    Reply mail(Command received) {
        Command command = unqualified.mail(received);
        Reply checked = transaction.mail(command, client.preamble(), usableExtensions());
        if (checked.isError()) {
            return checked;
        } else if (!quota.takeMessage()) {
            transaction.end();
            return Replies.MESSAGES_TOO_FAST;
        } else if (policy.isAbsent()) {
            return checked;
        }
        return policy.sender(transaction.sender(command), new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply reply) {
                return reply == null ? checked : reply;
            }

            @Override
            public void undo() {
                transaction.end();
            }
        });
    }

    Reply rcpt(Command received) {
        Command command = unqualified.rcpt(received);
        Reply checked = transaction.checkRecipient(command, policy.undecidedRecipients(), usableExtensions());
        return checked.isError()
                ? checked
                : switch (quota.takeRecipient()) {
                    case ALLOWED -> addRecipient(command, checked);
                    case SESSION_EXHAUSTED -> Replies.SESSION_RECIPIENTS;
                    case TOO_FAST -> Replies.RECIPIENTS_TOO_FAST;
                };
    }

    private Reply addRecipient(Command command, Reply checked) {
        if (policy.isAbsent()) {
            return transaction.addRecipient(command);
        }
        byte[] line = transaction.copyOfRecipient(command);
        return policy.recipient(TransactionState.recipient(line), reply -> {
            Reply added = transaction.isOpen() ? transaction.addRecipient(line, 0, line.length) : checked;
            return reply == null || added.isError() ? added : reply;
        });
    }

    Reply data() {
        if (transaction.isBinary()) {
            return Replies.BINARY_NEEDS_BDAT; // RFC 3030 §3
        }
        Reply refusal = transaction.sinkRefusal();
        if (refusal != null) {
            return refusal;
        }
        return policy.isAbsent() ? message.start() : policy.data(transaction.recipients(), reply -> message.start());
    }

    Reply reset() {
        transaction.end();
        return Replies.RSET;
    }

    private Set<Extension> usableExtensions() {
        return capabilities.usableExtensions(client);
    }
}
