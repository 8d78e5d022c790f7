// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import dev.boxcar.sink.search.SearchableMessage.Field;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** One condition of a query. */
@FunctionalInterface
interface Term {
    boolean matches(SearchableMessage message) throws IOException;

    static Term text(Field field, TextMatcher matcher) {
        return message -> message.has(field, matcher);
    }

    /** The text is found in any of these fields. */
    static Term text(List<Field> fields, TextMatcher matcher) {
        return any(fields.stream().map(field -> text(field, matcher)).toList());
    }

    static Term header(String name, TextMatcher matcher) {
        return message -> message.hasHeader(name, matcher);
    }

    static Term before(Instant time) {
        return message -> !message.received().isAfter(time);
    }

    static Term after(Instant time) {
        return message -> !message.received().isBefore(time);
    }

    static Term larger(long bytes) {
        return message -> message.size() > bytes;
    }

    static Term smaller(long bytes) {
        return message -> message.size() < bytes;
    }

    static Term all(List<Term> terms) {
        return message -> {
            for (Term term : terms) {
                if (!term.matches(message)) {
                    return false;
                }
            }
            return true;
        };
    }

    static Term any(List<Term> terms) {
        if (terms.size() == 1) {
            return terms.get(0);
        }
        return message -> {
            for (Term term : terms) {
                if (term.matches(message)) {
                    return true;
                }
            }
            return false;
        };
    }

    default Term negated() {
        return message -> !matches(message);
    }
}
