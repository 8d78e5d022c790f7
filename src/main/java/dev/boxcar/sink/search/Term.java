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

    static Term text(Field field, TextMatcher match) {
        return message -> message.has(field, match);
    }

    /** Any of these fields. */
    static Term text(List<Field> fields, TextMatcher match) {
        return message -> {
            for (Field field : fields) {
                if (message.has(field, match)) {
                    return true;
                }
            }
            return false;
        };
    }

    static Term header(String name, TextMatcher match) {
        return message -> message.hasHeader(name, match);
    }

    static Term before(Instant time) {
        return message -> !message.created().isAfter(time);
    }

    static Term after(Instant time) {
        return message -> !message.created().isBefore(time);
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
