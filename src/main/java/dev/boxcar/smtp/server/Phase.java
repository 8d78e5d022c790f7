// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/** Where a session stands, and so which commands it will hear (RFC 5321 §4.1.4). */
enum Phase {
    /** The connection was refused (RFC 5321 §3.1). */
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

    /** Why this command is out of place here, or null when it is in place. */
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
