// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;

/**
 * What the sessions of one loop share: the loop, what they have from the server, and the readers that each of them needs for the length of one command alone. Confined
 * to that loop's thread.
 */
final class Desk {
    private final EventLoop loop;
    private final Service service;
    private final MailParameters mailParameters;
    private final RcptParameters rcptParameters = new RcptParameters();

    Desk(EventLoop loop, Service service) {
        this.loop = loop;
        this.service = service;
        this.mailParameters = new MailParameters(service.holding());
    }

    EventLoop loop() {
        return loop;
    }

    Service service() {
        return service;
    }

    /** What it tells is good until another MAIL is read. */
    MailParameters mailParameters() {
        return mailParameters;
    }

    RcptParameters rcptParameters() {
        return rcptParameters;
    }
}
