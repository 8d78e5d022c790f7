// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.util.Set;

/** Handles VRFY and EXPN (RFC 5321 §3.5). Confined to the loop thread. */
public final class VerifyCommand {
    private static final String SMTPUTF8 = "SMTPUTF8";

    private final PolicyCheck policy;
    private final ReplyQueue replies;

    public VerifyCommand(PolicyCheck policy, ReplyQueue replies) {
        this.policy = policy;
        this.replies = replies;
    }

    /** {@code usable} are the extensions that the client may use. */
    Reply verify(Command command, Verb verb, Set<Extension> usable) {
        int to = usable.contains(Extension.SMTPUTF8) ? command.argumentTo(SMTPUTF8) : command.argumentTo();
        boolean wantsUtf8 = to < command.argumentTo();
        replies.allowUtf8ForCommand(wantsUtf8);
        if (!wantsUtf8 && !PathSyntax.isAscii(command.bytes(), command.argumentFrom(), to)) {
            return Replies.VRFY_NEEDS_SMTPUTF8;
        } else if (!PathSyntax.isUtf8(command.bytes(), command.argumentFrom(), to)) {
            return Replies.MALFORMED_UTF8;
        } else if (policy.isAbsent()) {
            return Replies.CANNOT_VERIFY;
        }
        return policy.verify(verb, command.argument(to), reply -> reply == null ? Replies.CANNOT_VERIFY : reply);
    }
}
