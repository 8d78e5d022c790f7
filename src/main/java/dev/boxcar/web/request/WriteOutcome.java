// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.Route;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server does when the spool cannot store a change. If the client asked for the change, it gets a 507. If the
 * change was a side effect, the failure is only logged. Any thread.
 */
public final class WriteOutcome {
    private static final Logger LOG = LoggerFactory.getLogger(WriteOutcome.class);

    private WriteOutcome() {}

    /** A handler that calls {@code handler} and responds 507 when its change was not stored. */
    public static Route.Handler reporting(Route.Handler handler) {
        return exchange -> {
            try {
                handler.handle(exchange);
            } catch (NotStoredException e) {
                throw problem(e);
            }
        };
    }

    /** The 507 for a change that was not stored. */
    public static HttpProblem problem(NotStoredException e) {
        return new HttpProblem(507, String.valueOf(e.getMessage()));
    }

    /** Marks a message as read because a client has read it. The client gets the message even if this is not stored. */
    public static void markRead(Namespace box, Ulid id) {
        try {
            box.setRead(List.of(id), true);
        } catch (NotStoredException e) {
            LOG.warn("event=not-noted id={} state=read cause=\"{}\"", id, e.getMessage());
        }
    }
}
