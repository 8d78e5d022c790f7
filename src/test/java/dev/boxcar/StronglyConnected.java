// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the cycles of a directed graph: its strongly connected components, by Tarjan's algorithm. */
final class StronglyConnected<T> {
    private final Map<T, ? extends Collection<T>> successors;
    private final Map<T, Integer> index = new HashMap<>();
    private final Map<T, Integer> lowest = new HashMap<>();
    private final Deque<T> stack = new ArrayDeque<>();
    private final Set<T> onStack = new HashSet<>();
    private final List<Set<T>> components = new ArrayList<>();

    private StronglyConnected(Map<T, ? extends Collection<T>> successors) {
        this.successors = successors;
    }

    /** The components of the graph, each with at least one node. {@code successors} has an entry for every node. */
    static <T> List<Set<T>> componentsOf(Map<T, ? extends Collection<T>> successors) {
        var search = new StronglyConnected<>(successors);
        for (T node : successors.keySet()) {
            if (!search.index.containsKey(node)) {
                search.visit(node);
            }
        }
        return search.components;
    }

    private void visit(T node) {
        int own = index.size();
        index.put(node, own);
        lowest.put(node, own);
        stack.push(node);
        onStack.add(node);
        for (T next : successors.get(node)) {
            if (!index.containsKey(next)) {
                visit(next);
                lowest.merge(node, lowest.get(next), Math::min);
            } else if (onStack.contains(next)) {
                lowest.merge(node, index.get(next), Math::min);
            }
        }
        if (lowest.get(node) == own) {
            components.add(popThrough(node));
        }
    }

    private Set<T> popThrough(T node) {
        var component = new HashSet<T>();
        T member;
        do {
            member = stack.pop();
            onStack.remove(member);
            component.add(member);
        } while (!member.equals(node));
        return component;
    }
}
