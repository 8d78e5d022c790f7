// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * A search query. Immutable; any thread.
 *
 * <pre>
 * invoice "due soon"            both texts, anywhere a reader sees them
 * from:alice -subject:test      a minus or an exclamation mark means: not
 * to:a@b.example OR cc:a@b.example
 * subject:/order \d+/i          a regular expression; i: in upper or lower case
 * header:X-Test-Id=42           a header field; header:X-Test-Id: the field exists
 * rcpt:bob sender:bounces       the envelope
 * </pre>
 *
 * <p>Terms are combined by AND, which binds more tightly than OR. Texts are found in upper or lower case, and within
 * words. Quotation marks make one term of several words.
 */
public final class Query {
    private static final int MAX_CHARACTERS = 8192;

    /** Matches every message. */
    public static final Query ALL = new Query("", List.of(), List.of(List.of()));

    private final String text;
    private final Term term;
    private final boolean hasRegex;
    private final boolean matchesAll;

    /**
     * A query.
     *
     * @param alternatives the terms between ORs
     */
    private Query(String text, List<Token> tokens, List<List<Term>> alternatives) {
        this.text = text;
        this.term = Term.any(alternatives.stream().map(Term::all).toList());
        this.hasRegex = tokens.stream().anyMatch(Token::isRegex);
        this.matchesAll = alternatives.stream().anyMatch(List::isEmpty);
    }

    /**
     * Reads a query.
     *
     * @param zone the time zone of dates without one
     * @param now the time from which ages such as {@code 3d} are counted back
     */
    public static Query parse(String text, ZoneId zone, Instant now) throws QueryException {
        if (text.length() > MAX_CHARACTERS) {
            throw new QueryException("a query has at most " + MAX_CHARACTERS + " characters");
        }
        List<Token> tokens = Token.split(text);
        return new Query(text, tokens, new QueryParser(new TimeParser(zone, now)).parse(tokens));
    }

    /** Whether this message matches. */
    public boolean matches(SearchableMessage message) throws IOException {
        return term.matches(message);
    }

    /** Whether there is a regular expression in it, which may take long on one message. */
    public boolean hasRegex() {
        return hasRegex;
    }

    /**
     * Whether every message matches, because the query, or one side of an OR, has no term that means anything: only
     * dashes and dots. A caller that deletes what matches should ask for confirmation.
     */
    public boolean matchesAll() {
        return matchesAll;
    }

    /** The query as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
