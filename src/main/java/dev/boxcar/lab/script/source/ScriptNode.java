// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value in the text of a script.
 *
 * @param value a String, a Number, a Boolean, a List of nodes, or a Map from keys to nodes in their order; null for a
 *     null, which counts as missing
 * @param place where the text has it, such as {@code greylist.conf:3}; empty if the key is enough to find it
 */
public record ScriptNode(@Nullable Object value, String place) {

    /** The nodes of an object, or null if this is not an object. */
    @Nullable
    Map<String, ScriptNode> fields() {
        if (!(value instanceof Map<?, ?> map)) {
            return null;
        }
        var fields = new LinkedHashMap<String, ScriptNode>();
        map.forEach((key, node) -> fields.put((String) key, (ScriptNode) Objects.requireNonNull(node)));
        return fields;
    }

    /** The nodes of a list, or null if this is not a list. */
    @Nullable
    List<ScriptNode> items() {
        return value instanceof List<?> list
                ? list.stream().map(ScriptNode.class::cast).toList()
                : null;
    }
}
