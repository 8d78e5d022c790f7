// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.pop3;

import dev.boxcar.pop3.Maildrop;
import dev.boxcar.pop3.Maildrops;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Gives POP3 users the messages of an inbox. With {@code --namespaces} a user gets the messages of the namespace that
 * has the user's name, otherwise all messages. Any thread that may read files.
 */
final class InboxMaildrops implements Maildrops {
    private final Inbox inbox;

    InboxMaildrops(Inbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public Maildrop open(String user) {
        boolean isDivided = inbox.selector().kind() != NamespaceSelector.Kind.NONE;
        return new NamespaceMaildrop(inbox.namespace(isDivided ? user : ""));
    }

    /** The messages that a namespace had when the user logged in. */
    private static final class NamespaceMaildrop implements Maildrop {
        private final Namespace namespace;
        private final List<Message> messages;

        NamespaceMaildrop(Namespace namespace) {
            this.namespace = namespace;
            var oldestFirst = new ArrayList<Message>();
            List<MessageSummary> newestFirst = namespace.list(0, 0).messages();
            for (int i = newestFirst.size() - 1; i >= 0; i--) {
                MessageSummary summary = newestFirst.get(i);
                oldestFirst.add(new Message(summary.id().toString(), summary.size()));
            }
            this.messages = List.copyOf(oldestFirst);
        }

        @Override
        public List<Message> messages() {
            return messages;
        }

        @Override
        public InputStream open(String id) throws IOException {
            Ulid parsed = Ulid.parse(id);
            SpoolRecord record = parsed == null ? null : namespace.record(parsed);
            if (record == null) {
                throw new NoSuchFileException(id, null, "the message was deleted");
            }
            return record.body();
        }

        @Override
        public void delete(Collection<String> ids) throws IOException {
            try {
                namespace.delete(
                        ids.stream().map(Ulid::parse).filter(Objects::nonNull).toList());
            } catch (NotStoredException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
