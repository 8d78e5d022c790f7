// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.port.ClientInfo;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the namespaces of sessions while they run, also of those whose recipients are refused. A port is known at once,
 * a user after AUTH, a recipient at RCPT. A header field is not looked for: only its message has that namespace.
 *
 * <p>Each session is confined to its loop.
 */
public final class SessionNamespaces implements SessionListener.Source {
    private static final int MAX_NAMES = 16;
    private static final int PREFIX_BYTES = "TO:".length();

    private final NamespaceSelector selector;
    private final BiConsumer<String, String> onFound;

    /**
     * Finds the namespaces that {@code selector} selects.
     *
     * @param onFound gets the id of a session and a namespace, once for each; on the loop of the session
     */
    public SessionNamespaces(NamespaceSelector selector, BiConsumer<String, String> onFound) {
        this.selector = selector;
        this.onFound = onFound;
    }

    @Override
    public @Nullable SessionListener opened(SessionPeer peer, long nanos) {
        if (!(peer instanceof ClientInfo client)) {
            return null;
        }
        return switch (selector.kind()) {
            case NONE, HEADER -> null;
            case PORT -> {
                selector.ofListener(client.listener()).forEach(name -> onFound.accept(client.session(), name));
                yield null;
            }
            case USER, DOMAIN, PLUS_TAG -> new Session(client);
        };
    }

    private final class Session implements SessionListener {
        private final ClientInfo client;
        private final Set<String> found = new LinkedHashSet<>();

        Session(ClientInfo client) {
            this.client = client;
        }

        @Override
        public void command(Command command, long from, long to, long nanos) {
            add(selector.ofUser(client.user()));
            if (command.verb() == Verb.RCPT) {
                add(ofRecipient(command));
            }
        }

        private Set<String> ofRecipient(Command command) {
            byte[] bytes = command.bytes();
            int from = command.argumentFrom() + PREFIX_BYTES;
            int to = command.argumentTo();
            int end = from < to ? PathSyntax.LENIENT.endOfForwardPath(bytes, from, to) : -1;
            if (end < 0) {
                return Set.of();
            }
            String path = new String(bytes, from, end - from, UTF_8);
            return selector.ofRecipient(
                    ForwardPath.parse(path, PathSyntax.LENIENT).mailbox());
        }

        private void add(Set<String> names) {
            for (String name : names) {
                if (found.size() < MAX_NAMES && found.add(name)) {
                    onFound.accept(client.session(), name);
                }
            }
        }
    }
}
