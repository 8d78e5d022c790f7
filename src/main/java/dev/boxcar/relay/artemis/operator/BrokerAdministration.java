// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueueTotals;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The whole queue in a broker. Each call has a session of its own; so any thread may call. */
public final class BrokerAdministration implements QueueAdministration {
    /** The broker looks at each message of a queue for each request, so requests are few and have many ids. */
    private static final int IDS_TOGETHER = 1_000;

    /** Opens connections, or shares one. */
    public interface Connections extends AutoCloseable {
        BrokerConnection connection() throws IOException;

        @Override
        void close();
    }

    private final Connections connections;

    /** Administers the queue of the broker that is connected. */
    public BrokerAdministration(Connections connections) {
        this.connections = connections;
    }

    private <T> T with(OperatorSession.Conversation<T> conversation) throws IOException {
        return OperatorSession.with(connections.connection(), conversation);
    }

    @Override
    public void forEach(Consumer<ListedMail> each) throws IOException {
        with(operator -> new MailListing(operator, each).run(List.of()));
    }

    @Override
    public @Nullable ListedMail find(Ulid id) throws IOException {
        var found = new ArrayList<ListedMail>();
        with(operator -> new MailListing(operator, found::add).run(List.of(id)));
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException {
        var all = List.copyOf(ids);
        return with(operator -> {
            var unknown = new ArrayList<Ulid>();
            for (int from = 0; from < all.size(); from += IDS_TOGETHER) {
                List<Ulid> some = all.subList(from, Math.min(all.size(), from + IDS_TOGETHER));
                unknown.addAll(new MailChange(operator, change).run(some));
            }
            return unknown;
        });
    }

    @Override
    public QueueTotals totals() throws IOException {
        return with(MailCount::of);
    }

    @Override
    public void close() {
        connections.close();
    }
}
