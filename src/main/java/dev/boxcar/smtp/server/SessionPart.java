// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.server.port.ClientInfo;

/**
 * What the parts of one session have of each other: the session, and through it the rest. A part keeps no more than
 * that and its own state, since there is one of each for every connection, and most are idle. Confined to the loop
 * thread.
 */
abstract class SessionPart {
    final SmtpSession session;

    SessionPart(SmtpSession session) {
        this.session = session;
    }

    final EventLoop loop() {
        return session.loop();
    }

    final Service service() {
        return session.service();
    }

    final ClientInfo client() {
        return session.client;
    }

    final Answers answers() {
        return session.answers;
    }

    final Questions questions() {
        return session.questions();
    }

    final Transaction transaction() {
        return session.transaction;
    }

    final Commits commits() {
        return session.commits;
    }
}
