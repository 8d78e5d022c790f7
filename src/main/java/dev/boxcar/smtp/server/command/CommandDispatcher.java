// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.admission.ListenerRules;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import dev.boxcar.smtp.server.transaction.TransactionState;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes each command of one session to its handler (RFC 5321 §4.1), unless it is out of sequence or needs TLS or a
 * login first. Confined to the loop thread.
 */
public final class CommandDispatcher {
    private final ServerContext server;
    private final ClientState client;
    private final ListenerRules rules;
    private final TransactionState transaction;
    private final ReplyQueue replies;
    private final HelloCommands hello;
    private final TransactionCommands mail;
    private final HandlerFactory handlers;

    public CommandDispatcher(
            ServerContext server,
            ClientState client,
            ListenerRules rules,
            TransactionState transaction,
            ReplyQueue replies,
            HelloCommands hello,
            TransactionCommands mail,
            HandlerFactory handlers) {
        this.server = server;
        this.client = client;
        this.rules = rules;
        this.transaction = transaction;
        this.replies = replies;
        this.hello = hello;
        this.mail = mail;
        this.handlers = handlers;
    }

    /**
     * Carries out a command; returns its reply, or {@link Replies#LATER}.
     *
     * @param instead the reply to give instead of carrying it out; null to carry it out
     */
    Reply dispatch(Command command, @Nullable Reply instead) throws IOException {
        replies.allowUtf8ForCommand(false);
        Verb verb = command.verb();
        if (instead != null) {
            return verb == Verb.BDAT ? handlers.chunks().refuse(command, instead) : instead;
        }
        return verb == null ? unknown(command) : dispatch(command, verb);
    }

    private Reply dispatch(Command command, Verb verb) throws IOException {
        Reply refusal = refusal(verb);
        if (verb == Verb.BDAT) { // even if it is refused, its bytes must be read before it is answered
            return handlers.chunks().begin(command, refusal, usableExtensions());
        }
        return refusal == null ? carryOut(command, verb) : refusal;
    }

    private Reply carryOut(Command command, Verb verb) {
        return switch (verb) {
            case HELO, EHLO -> hello.hello(command, verb);
            case MAIL -> mail.mail(command);
            case RCPT -> mail.rcpt(command);
            case DATA -> command.hasArgument() ? Replies.NO_ARGUMENT : mail.data();
            case BDAT -> throw new IllegalStateException("BDAT is answered after its bytes");
            case RSET -> command.hasArgument() ? Replies.NO_ARGUMENT : mail.reset();
            case STARTTLS ->
                command.hasArgument()
                        ? Replies.NO_ARGUMENT
                        : handlers.startTls().start();
            case NOOP -> Replies.NOOP;
            case VRFY, EXPN ->
                command.hasArgument()
                        ? handlers.verify().verify(command, verb, usableExtensions())
                        : Replies.ARGUMENT_MISSING;
            case HELP -> Replies.HELP;
            case AUTH -> client.isExtended() ? authenticate(command) : Replies.HELLO_FIRST;
            case QUIT -> command.hasArgument() ? Replies.NO_ARGUMENT : server.quitReply();
        };
    }

    private Reply authenticate(Command command) {
        AuthenticationOptions authentication = server.authentication();
        return authentication == null
                ? Replies.NOT_OFFERED
                : handlers.auth(authentication).begin(command);
    }

    private Set<Extension> usableExtensions() {
        return server.capabilities().usableExtensions(client);
    }

    // ---- checks before a command reaches its handler

    private @Nullable Reply refusal(Verb verb) {
        Phase phase = Phase.of(client, transaction);
        Reply outOfSequence = phase.refusal(verb);
        if (outOfSequence != null && phase == Phase.CONNECTED) {
            return outOfSequence;
        } else if (needsTls(verb)) {
            return Replies.TLS_FIRST;
        }
        return needsLogin(verb) ? Replies.AUTH_REQUIRED : outOfSequence;
    }

    /** RFC 3207 §4: if TLS is required, only these commands are accepted in clear. */
    private boolean needsTls(Verb verb) {
        if (!rules.requireTls() || client.insideTls()) {
            return false;
        }
        return switch (verb) {
            case EHLO, STARTTLS, NOOP, QUIT -> false;
            case HELO, AUTH, MAIL, RCPT, DATA, BDAT, RSET, VRFY, EXPN, HELP -> true;
        };
    }

    /**
     * RFC 4954 §6: if a login is required, every command gets 530, except those that lead to AUTH or end the session.
     */
    private boolean needsLogin(Verb verb) {
        if (!rules.requireLogin() || client.user() != null) {
            return false;
        }
        return switch (verb) {
            case AUTH, EHLO, HELO, STARTTLS, NOOP, RSET, QUIT, HELP -> false;
            case MAIL, RCPT, DATA, BDAT, VRFY, EXPN -> true;
        };
    }

    /**
     * A command that is not of SMTP. A web page can make a browser post SMTP commands to us; a line that looks like
     * HTTP ends the session before the browser's body is read (promise P7 in {@code docs/promises.md}).
     */
    private Reply unknown(Command command) throws IOException {
        if (command.isWord(XclientCommand.WORD)) {
            return handlers.xclient().handle(command);
        } else if (!client.saidHello() && command.isWord("PROXY")) {
            return Replies.UNWANTED_PROXY_HEADER;
        }
        return command.argument().contains("HTTP/") ? Replies.NOT_HTTP : Replies.UNKNOWN;
    }
}
