// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Command;

/**
 * What the sessions of one loop share: the loop, what they have from the server, and the readers that each of them
 * needs for the length of one command alone. Confined to that loop's thread.
 */
final class Desk {
    private final EventLoop loop;
    private final Service service;
    private final Runnable whenSessionEnds;
    private final Command command = new Command();
    private final MailParameters mailParameters;
    private final RcptParameters rcptParameters = new RcptParameters();

    /** {@code whenSessionEnds} is told of each end, on the loop's thread. */
    Desk(EventLoop loop, Service service, Runnable whenSessionEnds) {
        this.loop = loop;
        this.service = service;
        this.whenSessionEnds = whenSessionEnds;
        this.mailParameters = new MailParameters(service.holding());
    }

    EventLoop loop() {
        return loop;
    }

    Service service() {
        return service;
    }

    /** One session is over. */
    void sessionEnds() {
        whenSessionEnds.run();
    }

    /**
     * What an event reads its commands with. One that was held is read otherwise: it may go on within the event of
     * another session.
     */
    Command command() {
        return command;
    }

    /** What it tells is good until another MAIL is read. */
    MailParameters mailParameters() {
        return mailParameters;
    }

    RcptParameters rcptParameters() {
        return rcptParameters;
    }
}
