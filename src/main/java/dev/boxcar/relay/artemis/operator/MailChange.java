// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import static dev.boxcar.relay.artemis.operator.IdFilter.both;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of some messages. The workers are asked first; the broker changes what no worker has. A message that goes
 * from one to the other meanwhile is found in the next round. One thread.
 */
final class MailChange {
    private static final Logger LOG = LoggerFactory.getLogger(MailChange.class);
    private static final int ROUNDS = 4;
    private static final long PAUSE_MILLIS = 300;

    private final OperatorSession operator;
    private final WorkerRequests workers;
    private final MailListing places;
    private final QueueChange change;
    private final long nowMillis = System.currentTimeMillis();
    /** Those that the broker had; a worker may have taken some of them just before they were changed. */
    private final Set<Ulid> uncertain = new HashSet<>();

    MailChange(OperatorSession operator, QueueChange change) {
        this.operator = operator;
        this.workers = new WorkerRequests(operator);
        this.places = new MailListing(operator, mail -> {});
        this.change = change;
    }

    /** Returns the ids of messages that are not queued. */
    List<Ulid> run(Collection<Ulid> ids) throws Exception {
        var missing = new LinkedHashSet<>(ids);
        for (int round = 0; !missing.isEmpty() && round < ROUNDS; round++) {
            if (round > 0) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            Set<Ulid> attempted = workers.change(change, missing);
            missing.removeAll(attempted);
            if (missing.isEmpty()) {
                break;
            }
            Set<Ulid> here = placesOf(missing);
            int changed = here.isEmpty() ? 0 : apply(here);
            if (changed < here.size()) {
                uncertain.addAll(here);
            } else {
                missing.removeAll(here);
            }
        }
        missing.removeAll(uncertain);
        LOG.info(
                "{} of {} messages changed by an operator: {}", ids.size() - missing.size(), ids.size(), change.text());
        return new ArrayList<>(missing);
    }

    private Set<Ulid> placesOf(Collection<Ulid> ids) throws Exception {
        String chosen = IdFilter.of(ids);
        var found = new HashSet<Ulid>();
        for (String queue : List.of(BrokerQueues.HELD, BrokerQueues.RETURNED)) {
            operator.ask(queue, MailListing.SHOW_ALL, chosen);
            found.addAll(places.ids(queue, chosen));
        }
        found.addAll(places.ids(BrokerQueues.MAIL, chosen));
        found.addAll(places.ids(BrokerQueues.DEFERRED, both(chosen, IdFilter.dueAfter(nowMillis))));
        return found;
    }

    /** Changes what the broker has, and returns how many messages that were, or at least as many as there are. */
    private int apply(Set<Ulid> ids) throws Exception {
        String chosen = IdFilter.of(ids);
        return switch (change) {
            case HOLD -> {
                int moved = move(BrokerQueues.MAIL, BrokerQueues.HELD, chosen);
                moved += move(BrokerQueues.RETURNED, BrokerQueues.HELD, chosen);
                operator.ask(BrokerQueues.HELD, MailListing.SHOW_ALL, chosen);
                forget(chosen);
                yield Math.max(moved, places.ids(BrokerQueues.HELD, chosen).size());
            }
            case RELEASE -> {
                showLaterAgain(chosen);
                move(BrokerQueues.HELD, BrokerQueues.MAIL, chosen);
                deliverNow(chosen);
                yield ids.size();
            }
            case RETRY -> {
                deliverNow(chosen);
                yield ids.size();
            }
            case BOUNCE -> {
                int moved = move(BrokerQueues.MAIL, BrokerQueues.RETURNED, chosen);
                moved += move(BrokerQueues.HELD, BrokerQueues.RETURNED, chosen);
                operator.ask(BrokerQueues.RETURNED, MailListing.SHOW_ALL, chosen);
                forget(chosen);
                yield moved;
            }
            case RM -> {
                int removed = 0;
                for (String queue : List.of(BrokerQueues.MAIL, BrokerQueues.HELD, BrokerQueues.RETURNED)) {
                    removed += operator.count(queue, "removeMessages", chosen);
                }
                forget(chosen);
                yield removed;
            }
        };
    }

    private int move(String from, String to, String chosen) throws Exception {
        boolean rejectsDuplicates = false; // a mail may come back to where it was
        return operator.count(from, "moveMessages", chosen, to, rejectsDuplicates);
    }

    /** Has the broker show mail to workers now, unless its sender asked for a later time. */
    private void deliverNow(String chosen) throws Exception {
        String allowed = both(chosen, IdFilter.mayGoAt(nowMillis));
        operator.ask(BrokerQueues.MAIL, MailListing.SHOW_ALL, allowed);
        forget(allowed);
    }

    /** The mail is not deferred any more. */
    private void forget(String chosen) throws Exception {
        operator.ask(BrokerQueues.DEFERRED, "removeMessages", chosen);
    }

    /** Held mail whose sender asked for a later time is listed as scheduled again. */
    private void showLaterAgain(String chosen) throws Exception {
        var later = new ArrayList<ListedMail>();
        new MailListing(operator, later::add).browseHeld(both(chosen, IdFilter.mayGoAfter(nowMillis)));
        for (ListedMail mail : later) {
            long due = mail.state().next().toEpochMilli();
            operator.send(BrokerQueues.DEFERRED, MailFormat.deferred(operator.session(), mail, null, due));
        }
    }
}
