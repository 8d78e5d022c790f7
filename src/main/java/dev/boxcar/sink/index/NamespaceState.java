// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.message.Tags;
import dev.boxcar.spool.KeyValueText;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the spool records about a message in one namespace, so that it survives a restart. Immutable.
 *
 * @param read whether the message is read
 * @param tags the tags that a user has set, or null if the tags of the message itself count
 */
record NamespaceState(boolean read, @Nullable List<String> tags) {
    private static final String SPOOL_KEY = "inbox";
    private static final String READ_KEY = "Read";
    private static final String TAGS_KEY = "Tags";
    private static final String DELETED_KEY = "Deleted";

    static final NamespaceState INITIAL = new NamespaceState(false, null);

    /** Recorded when a message is removed from one namespace and stays in others. */
    static final Map<String, String> DELETED = Map.of(DELETED_KEY, "true");

    /** The spool's key for the state in this namespace: {@code inbox} for the default one, else {@code inbox/NAME}. */
    static String key(String namespace) {
        return namespace.isEmpty() ? SPOOL_KEY : SPOOL_KEY + "/" + namespace;
    }

    /** The recorded state in this namespace: {@link #INITIAL} if none is recorded, null if the message was deleted. */
    static @Nullable NamespaceState of(Map<String, KeyValueText> states, String namespace) {
        KeyValueText state = states.get(key(namespace));
        if (state == null) {
            return INITIAL;
        }
        if (state.first(DELETED_KEY) != null) {
            return null;
        }
        String tags = state.first(TAGS_KEY);
        return new NamespaceState(
                "true".equals(state.first(READ_KEY)), tags == null ? null : Tags.of(List.of(tags.split(",", -1))));
    }

    /** The values to record. */
    Map<String, String> values() {
        var values = new TreeMap<String, String>();
        values.put(READ_KEY, Boolean.toString(read));
        if (tags != null) {
            values.put(TAGS_KEY, String.join(",", tags));
        }
        return values;
    }
}
