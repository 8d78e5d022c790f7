// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.RouteHandler;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a change that the spool does not write down: one that was asked for is answered so, one by the way is
 * logged. Any thread.
 */
public final class WriteOutcome {
    private static final Logger LOG = LoggerFactory.getLogger(WriteOutcome.class);

    private WriteOutcome() {}

    /** The action, whose change is answered with 507 where it was not written down. */
    public static RouteHandler told(RouteHandler change) {
        return exchange -> {
            try {
                change.handle(exchange);
            } catch (NotStoredException e) {
                throw problem(e);
            }
        };
    }

    /** What is said of it. */
    public static HttpProblem problem(NotStoredException e) {
        return new HttpProblem(507, String.valueOf(e.getMessage()));
    }

    /** Marks a message as read, since somebody looks at it; whoever can read it is shown it, whatever the disk does. */
    public static void read(Namespace box, Ulid id) {
        try {
            box.setRead(List.of(id), true);
        } catch (NotStoredException e) {
            LOG.warn("event=not-noted id={} state=read cause=\"{}\"", id, e.getMessage());
        }
    }
}
