// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Queries that tag the messages that match them. Immutable; any thread. */
public final class TagFilters {
    /** No filters. */
    public static final TagFilters NONE = new TagFilters(List.of());

    private final List<Filter> filters;

    /** A query, and the tags of the messages that match it. */
    public record Filter(Query query, List<String> tags) {
        /** Copies the list. */
        public Filter {
            tags = List.copyOf(tags);
        }
    }

    /** These filters; each is applied to every message. */
    public TagFilters(List<Filter> filters) {
        this.filters = List.copyOf(filters);
    }

    /** Whether there are no filters. */
    public boolean isEmpty() {
        return filters.isEmpty();
    }

    /** The tags that the filters give to this message. */
    public List<String> tagsOf(SearchableMessage message) throws IOException {
        var tags = new ArrayList<String>();
        for (Filter filter : filters) {
            if (filter.query().matches(message)) {
                tags.addAll(filter.tags());
            }
        }
        return tags;
    }
}
