// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.admission.ListenerRules;
import dev.boxcar.smtp.server.admission.XclientAttributes;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/** Handles EHLO and HELO (RFC 5321 §4.1.1.1). Confined to the loop thread. */
public final class HelloCommands {
    private final ServerContext server;
    private final ClientState client;
    private final ListenerRules rules;
    private final TransactionState transaction;
    private final PolicyCheck policy;

    public HelloCommands(
            ServerContext server,
            ClientState client,
            ListenerRules rules,
            TransactionState transaction,
            PolicyCheck policy) {
        this.server = server;
        this.client = client;
        this.rules = rules;
        this.transaction = transaction;
        this.policy = policy;
    }

    Reply hello(Command command, Verb verb) {
        if (!isName(command)) {
            return Replies.BAD_HELLO;
        }
        byte[] nameBefore = client.helloBytes();
        boolean extendedBefore = client.isExtended();
        client.setHello(command.argument(), verb == Verb.EHLO);
        transaction.end();
        return policy.hello(verb, new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply reply) {
                return usualReply(verb);
            }

            @Override
            public void undo() {
                client.restoreHello(nameBefore, extendedBefore);
            }
        });
    }

    private Reply usualReply(Verb verb) {
        if (verb == Verb.HELO) {
            return server.heloReply();
        }
        Reply reply = server.capabilities().hello(client);
        return rules.allowXclient() ? XclientAttributes.announcedIn(reply) : reply;
    }

    /** Accepts any name that can be read: RFC 5321 §4.1.4 forbids to refuse a client for its name. */
    private static boolean isName(Command command) {
        byte[] bytes = command.bytes();
        for (int i = command.argumentFrom(); i < command.argumentTo(); i++) {
            if ((bytes[i] >= 0 && bytes[i] < ' ') || bytes[i] == 0x7F) {
                return false;
            }
        }
        return command.hasArgument() && PathSyntax.isUtf8(bytes, command.argumentFrom(), command.argumentTo());
    }
}
