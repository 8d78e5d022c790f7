// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that have messages, by name, and the default one, whose name is empty. Guarded by the index's lock.
 */
final class NamespaceTable {
    private static final int MAX_NAMESPACES = 10_000;

    private final HashMap<String, NamespaceEntries> namespaces = new HashMap<>();

    NamespaceTable() {
        namespaces.put("", new NamespaceEntries());
    }

    @Nullable
    NamespaceEntries find(String name) {
        return namespaces.get(name);
    }

    /** The namespace, which is created if it is missing; null if there are already too many namespaces. */
    @Nullable
    NamespaceEntries findOrAdd(String name) {
        NamespaceEntries found = namespaces.get(name);
        if (found == null && namespaces.size() <= MAX_NAMESPACES) {
            found = new NamespaceEntries();
            namespaces.put(name, found);
        }
        return found;
    }

    /** The namespace of a message that is in it. */
    NamespaceEntries of(NamespaceEntry entry) {
        NamespaceEntries found = namespaces.get(entry.namespace());
        if (found == null) {
            throw new IllegalStateException("the message is in no namespace '" + entry.namespace() + "'");
        }
        return found;
    }

    /** Removes a message from its namespace, and the namespace if that was its last message. */
    void remove(NamespaceEntry entry) {
        NamespaceEntries namespace = of(entry);
        namespace.remove(entry);
        if (namespace.size() == 0 && !entry.namespace().isEmpty()) {
            namespaces.remove(entry.namespace());
        }
    }

    /** A copy of the list of all namespaces, so that messages can be removed during the iteration. */
    List<NamespaceEntries> all() {
        return new ArrayList<>(namespaces.values());
    }

    /** The names in order, without the default one. */
    List<String> names() {
        return namespaces.keySet().stream()
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    /** The number of namespaces, without the default one. */
    int size() {
        return namespaces.size() - 1;
    }
}
