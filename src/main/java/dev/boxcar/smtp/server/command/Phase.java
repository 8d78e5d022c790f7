// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/** The phase of a session, which decides the commands that it accepts (RFC 5321 §4.1.4). */
enum Phase {
    /** The policy refused the connection (RFC 5321 §3.1). */
    REFUSED,
    /** The banner was sent; no EHLO or HELO yet. */
    CONNECTED,
    /** Between messages. */
    READY,
    /** MAIL was accepted; no recipient yet. */
    SENDER,
    /** MAIL and at least one RCPT were accepted. */
    RECIPIENTS,
    /** A chunk was accepted, and more are to come (RFC 3030 §2). */
    CHUNKS;

    /** The phase of the session with this client and this transaction. */
    static Phase of(ClientState client, TransactionState transaction) {
        if (client.isRefused()) {
            return REFUSED;
        } else if (!client.saidHello()) {
            return CONNECTED;
        } else if (!transaction.isOpen()) {
            return READY;
        } else if (transaction.hasBody()) {
            return CHUNKS;
        }
        return transaction.recipients() == 0 ? SENDER : RECIPIENTS;
    }

    /** Why the command is out of sequence in this phase; null if it is not. */
    @Nullable
    Reply refusal(Verb verb) {
        return switch (verb) {
            case QUIT -> null;
            case HELO, EHLO, RSET, NOOP, VRFY, EXPN, HELP, STARTTLS -> this == REFUSED ? Replies.NO_SERVICE : null;
            case AUTH ->
                switch (this) {
                    case REFUSED -> Replies.NO_SERVICE;
                    case CONNECTED -> Replies.HELLO_FIRST;
                    case READY -> null;
                    case SENDER, RECIPIENTS, CHUNKS -> Replies.AUTH_WITHIN_MAIL;
                };
            case MAIL ->
                switch (this) {
                    case REFUSED -> Replies.NO_SERVICE;
                    case CONNECTED -> Replies.HELLO_FIRST;
                    case READY -> null;
                    case SENDER, RECIPIENTS, CHUNKS -> Replies.NESTED_MAIL;
                };
            case RCPT ->
                switch (this) {
                    case REFUSED -> Replies.NO_SERVICE;
                    case CONNECTED -> Replies.HELLO_FIRST;
                    case READY -> Replies.MAIL_FIRST;
                    case SENDER, RECIPIENTS -> null;
                    case CHUNKS -> Replies.RCPT_BETWEEN_CHUNKS;
                };
            case DATA ->
                switch (this) {
                    case REFUSED -> Replies.NO_SERVICE;
                    case CONNECTED -> Replies.HELLO_FIRST;
                    case READY -> Replies.MAIL_FIRST;
                    case SENDER -> Replies.NO_RECIPIENTS;
                    case RECIPIENTS -> null;
                    case CHUNKS -> Replies.DATA_BETWEEN_CHUNKS;
                };
            case BDAT ->
                switch (this) {
                    case REFUSED -> Replies.NO_SERVICE;
                    case CONNECTED -> Replies.HELLO_FIRST;
                    case READY -> Replies.MAIL_FIRST;
                    case SENDER -> Replies.NO_RECIPIENTS;
                    case RECIPIENTS, CHUNKS -> null;
                };
        };
    }
}
