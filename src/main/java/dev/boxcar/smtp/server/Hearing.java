// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;

/**
 * How far the input of one session was read and heard, in bytes from the connection on, and what the listener is told
 * of it. Where nobody listens it counts and no more. Confined to the loop thread.
 */
final class Hearing extends SessionPart {
    private long readTo;
    private long heardTo;
    /** Where the item that is coming in began. */
    private long itemFrom;

    Hearing(SmtpSession session) {
        super(session);
    }

    /** One read brought these bytes. */
    void read(byte[] bytes, int from, int to) {
        readTo += to - from;
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.read(bytes, from, to, loop().turnNanos());
        }
    }

    /** So many bytes of the item that is coming in, or of its end, were heard. */
    void heard(int bytes) {
        heardTo += bytes;
    }

    /** What was heard up to now is an item that is over; the next one begins. */
    void itemEnds() {
        itemFrom = heardTo;
    }

    /** What was read and not heard never will be. */
    void skip() {
        heardTo = readTo;
        itemFrom = readTo;
    }

    /** The item is a command; its reply is not known yet. */
    void command(Command command) {
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.command(command, itemFrom, heardTo, loop().turnNanos());
        }
    }

    /** The item is a line that is no command. */
    void line() {
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.line(itemFrom, heardTo, loop().turnNanos());
        }
    }

    /** The item is a message. */
    void message() {
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.message(itemFrom, heardTo, loop().turnNanos());
        }
    }

    /** There is a secret in the last so many bytes of the line, its CRLF included. */
    void secret(long bytes) {
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.secret(heardTo - bytes, heardTo, loop().turnNanos());
        }
    }

    /** The whole line is a response in an authentication exchange, or may be one. */
    void response() {
        line();
        secret(heardTo - itemFrom);
    }
}
