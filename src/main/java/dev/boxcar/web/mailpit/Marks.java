// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Box;
import dev.boxcar.sink.NotNoted;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.Action;
import dev.boxcar.web.http.Problem;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a change that the spool does not write down: one that was asked for is answered so, one by the way is logged. Any thread. */
public final class Marks {
    private static final Logger LOG = LoggerFactory.getLogger(Marks.class);

    private Marks() {}

    /** The action, whose change is answered with 507 where it was not written down. */
    static Action told(Action change) {
        return exchange -> {
            try {
                change.answer(exchange);
            } catch (NotNoted e) {
                throw problem(e);
            }
        };
    }

    /** What is said of it. */
    public static Problem problem(NotNoted e) {
        return new Problem(507, String.valueOf(e.getMessage()));
    }

    /** Marks a message as read, since somebody looks at it; whoever can read it is shown it, whatever the disk does. */
    static void read(Box box, Ulid id) {
        try {
            box.read(List.of(id), true);
        } catch (NotNoted e) {
            LOG.warn("event=not-noted id={} state=read cause=\"{}\"", id, e.getMessage());
        }
    }
}
