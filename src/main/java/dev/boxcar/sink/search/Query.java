// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import dev.boxcar.sink.search.SearchableMessage.Field;
import dev.boxcar.unit.SizeParser;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which messages are asked for. Immutable; any thread.
 *
 * <pre>
 * invoice "due soon"            both texts, anywhere a reader sees them
 * from:alice -subject:test      a minus or an exclamation mark: not
 * to:a@b.example OR cc:a@b.example
 * subject:/order \d+/i          a regular expression; i: in any case
 * header:X-Test-Id=42           a header field; header:X-Test-Id: there is one
 * rcpt:bob sender:bounces       the envelope
 * </pre>
 *
 * <p>Terms are joined by AND, which binds closer than OR. Texts are found in any case, and within words. Quotation
 * marks make one term of several words.
 */
public final class Query {
    /** Every message. */
    public static final Query ALL = new Query("", message -> true, false, true);

    private static final int MOST_CHARACTERS = 8192;

    private static final List<Field> ADDRESSED = List.of(Field.TO, Field.FROM, Field.CC, Field.BCC, Field.REPLY_TO);

    private final String text;
    private final Term term;
    private final boolean hasExpression;
    private final boolean matchesAll;

    private Query(String text, Term term, boolean hasExpression, boolean matchesAll) {
        this.text = text;
        this.term = term;
        this.hasExpression = hasExpression;
        this.matchesAll = matchesAll;
    }

    /** Reads a query; dates without a zone are of {@code zone}, spans of time end at {@code now}. */
    public static Query parse(String text, ZoneId zone, Instant now) throws QueryException {
        if (text.length() > MOST_CHARACTERS) {
            throw new QueryException("a query has at most " + MOST_CHARACTERS + " characters");
        }
        List<Token> tokens = Token.read(text);
        List<List<Term>> alternatives = new Reader(new TimeParser(zone, now)).read(tokens);
        return new Query(
                text,
                Term.any(alternatives.stream().map(Term::all).toList()),
                tokens.stream().anyMatch(Token::expression),
                alternatives.stream().anyMatch(List::isEmpty));
    }

    /** Whether this message is asked for. */
    public boolean matches(SearchableMessage message) throws IOException {
        return term.matches(message);
    }

    /** Whether there is a regular expression in it, so that a look at one message may take long. */
    public boolean hasExpression() {
        return hasExpression;
    }

    /**
     * Whether it asks nothing of a message, as one of dashes and dots alone: then every message matches. Whoever
     * deletes should mean it.
     */
    public boolean matchesAll() {
        return matchesAll;
    }

    /** The query as it was written. */
    @Override
    public String toString() {
        return text;
    }

    /** Makes terms of tokens. */
    private record Reader(TimeParser times) {
        /** What OR parts, and of each what a message must match all of. */
        List<List<Term>> read(List<Token> tokens) throws QueryException {
            var alternatives = new ArrayList<List<Term>>();
            var together = new ArrayList<Term>();
            boolean empty = true;
            for (Token token : tokens) {
                if (isOr(token)) {
                    if (empty) {
                        throw new QueryException("OR stands between two terms");
                    }
                    alternatives.add(List.copyOf(together));
                    together.clear();
                    empty = true;
                } else {
                    empty = false;
                    if (saysSomething(token)) {
                        Term term = term(token);
                        together.add(token.negated() ? term.negated() : term);
                    }
                }
            }
            if (empty && !alternatives.isEmpty()) {
                throw new QueryException("OR stands between two terms");
            }
            alternatives.add(List.copyOf(together));
            return alternatives;
        }

        private static boolean isOr(Token token) {
            return token.value().equals("OR") && token.prefix().isEmpty() && !token.quoted() && !token.negated();
        }

        /** A dash or an ampersand between two words is not looked for; a picture or a currency's sign is. */
        private static boolean saysSomething(Token token) {
            return token.expression()
                    || token.quoted()
                    || token.whole().codePoints().anyMatch(Reader::saysSomething);
        }

        private static boolean saysSomething(int character) {
            int type = Character.getType(character);
            return Character.isLetterOrDigit(character)
                    || type == Character.OTHER_SYMBOL
                    || type == Character.CURRENCY_SYMBOL;
        }

        private Term term(Token token) throws QueryException {
            String value = token.value();
            return switch (token.prefix()) {
                case "to" -> Term.text(Field.TO, addresses(token));
                case "from" -> Term.text(Field.FROM, addresses(token));
                case "cc" -> Term.text(Field.CC, addresses(token));
                case "bcc" -> Term.text(Field.BCC, addresses(token));
                case "reply-to" -> Term.text(Field.REPLY_TO, addresses(token));
                case "subject" -> Term.text(Field.SUBJECT, given(token));
                case "message-id" -> Term.text(Field.MESSAGE_ID, messageId(token));
                case "rcpt" -> Term.text(Field.RECIPIENTS, given(token));
                case "sender" -> Term.text(Field.SENDER, given(token));
                case "addressed" -> Term.text(ADDRESSED, addresses(token));
                case "header" -> header(token);
                case "tag" -> tag(plain(token));
                case "ns" -> in(plain(token));
                case "is" -> is(plain(token));
                case "has" -> has(plain(token));
                case "before" -> Term.before(times.read("before:", plain(token)));
                case "after" -> Term.after(times.read("after:", plain(token)));
                case "larger" -> Term.larger(size("larger:", plain(token)));
                case "smaller" -> Term.smaller(size("smaller:", plain(token)));
                case "" -> Term.text(Field.EVERYTHING, token.match());
                default ->
                    token.expression()
                            ? unknown(token)
                            : Term.text(Field.EVERYTHING, WordsMatcher.of(token.prefix() + ":" + value));
            };
        }

        private static Term unknown(Token token) throws QueryException {
            throw new QueryException("there is no " + token.prefix() + ": to search in");
        }

        private static TextMatcher given(Token token) throws QueryException {
            notEmpty(token);
            return token.match();
        }

        private static TextMatcher addresses(Token token) throws QueryException {
            notEmpty(token);
            return token.expression() ? RegexMatcher.ofAddresses(token.value(), token.anyCase()) : token.match();
        }

        /** As it stands in the header, too: between angle brackets, which are not part of it (RFC 5322 §3.6.4). */
        private static TextMatcher messageId(Token token) throws QueryException {
            notEmpty(token);
            return token.expression()
                    ? token.match()
                    : WordsMatcher.of(token.value().replaceAll("[<>]", ""));
        }

        private static String plain(Token token) throws QueryException {
            notEmpty(token);
            if (token.expression()) {
                throw new QueryException(token.prefix() + ": takes no regular expression");
            }
            return token.value().strip();
        }

        private static long size(String term, String text) throws QueryException {
            try {
                return SizeParser.parse(text);
            } catch (IllegalArgumentException e) {
                throw new QueryException(term + " " + e.getMessage());
            }
        }

        private static void notEmpty(Token token) throws QueryException {
            if (token.value().isBlank()) {
                throw new QueryException(token.prefix() + ": wants something behind the colon");
            }
        }

        private static Term header(Token token) throws QueryException {
            notEmpty(token);
            int equals = token.value().indexOf('=');
            if (equals < 0) {
                if (token.expression()) {
                    throw new QueryException("an expression for a header is written header:Name=/expression/");
                }
                return Term.header(token.value().strip(), WordsMatcher.ANYTHING);
            }
            String name = token.value().substring(0, equals).strip();
            if (name.isEmpty()) {
                throw new QueryException("header: wants a name, as in header:Name=value");
            }
            String value = token.value().substring(equals + 1);
            return Term.header(
                    name, token.expression() ? RegexMatcher.of(value, token.anyCase()) : WordsMatcher.of(value));
        }

        private static Term tag(String name) {
            return message -> message.isTagged(name);
        }

        private static Term in(String namespace) {
            return message -> message.isIn(namespace);
        }

        private static Term is(String what) throws QueryException {
            return switch (what.toLowerCase(Locale.ROOT)) {
                case "read" -> SearchableMessage::isRead;
                case "unread" -> message -> !message.isRead();
                case "tagged" -> SearchableMessage::isTagged;
                default -> throw new QueryException("is: takes read, unread or tagged, not " + what);
            };
        }

        private static Term has(String what) throws QueryException {
            return switch (what.toLowerCase(Locale.ROOT)) {
                case "attachment", "attachments" -> message -> message.attachments() > 0;
                case "inline", "inlines" -> message -> message.inlines() > 0;
                default -> throw new QueryException("has: takes attachment or inline, not " + what);
            };
        }
    }
}
