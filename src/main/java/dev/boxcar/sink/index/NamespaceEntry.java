// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.List;

/** A message in one namespace. Changed under the index's lock, read without it. */
public final class NamespaceEntry {
    private static final int REMOVED = -1;

    private final IndexEntry entry;
    private final String namespace;

    /** The index in the namespace's list. */
    private volatile int slot;

    /** The index in the message's list of namespaces. */
    int position;

    private volatile boolean read;
    private volatile List<String> tags;

    /** Whether a user has set the tags; if so, the tags that the message itself carries do not count. */
    private boolean tagsSet;

    NamespaceEntry(IndexEntry entry, String namespace, NamespaceState state) {
        this.entry = entry;
        this.namespace = namespace;
        this.read = state.read();
        this.tags = state.tags() == null ? List.of() : state.tags();
        this.tagsSet = state.tags() != null;
    }

    /** The message itself. */
    public IndexEntry message() {
        return entry;
    }

    String namespace() {
        return namespace;
    }

    public boolean isRead() {
        return read;
    }

    public List<String> tags() {
        return tags;
    }

    boolean areTagsSet() {
        return tagsSet;
    }

    /** What the spool records about the message in this namespace. */
    NamespaceState state() {
        return new NamespaceState(read, tagsSet ? tags : null);
    }

    void setRead(boolean value) {
        read = value;
    }

    void setTags(List<String> values, boolean byUser) {
        tags = values;
        tagsSet |= byUser;
    }

    int slot() {
        return slot;
    }

    void moveTo(int newSlot) {
        slot = newSlot;
    }

    void markRemoved() {
        slot = REMOVED;
    }

    /** Whether the message has left the namespace. */
    public boolean isRemoved() {
        return slot == REMOVED;
    }
}
