// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import dev.boxcar.sink.search.SearchableMessage.Field;
import dev.boxcar.unit.SizeParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns the tokens of a query into terms. Immutable. */
record QueryParser(TimeParser times) {
    private static final List<Field> ADDRESS_FIELDS =
            List.of(Field.TO, Field.FROM, Field.CC, Field.BCC, Field.REPLY_TO);

    /** Returns the terms of each alternative, which OR separates; a message must match all terms of one of them. */
    List<List<Term>> parse(List<Token> tokens) throws QueryException {
        var alternatives = new ArrayList<List<Term>>();
        var terms = new ArrayList<Term>();
        boolean empty = true;
        for (Token token : tokens) {
            if (isOr(token)) {
                if (empty) {
                    throw misplacedOr();
                }
                alternatives.add(List.copyOf(terms));
                terms.clear();
                empty = true;
            } else {
                empty = false;
                if (isSearchable(token)) {
                    Term term = term(token);
                    terms.add(token.negated() ? term.negated() : term);
                }
            }
        }
        if (empty && !alternatives.isEmpty()) {
            throw misplacedOr();
        }
        alternatives.add(List.copyOf(terms));
        return alternatives;
    }

    private static QueryException misplacedOr() {
        return new QueryException("OR needs a term on both sides");
    }

    private static boolean isOr(Token token) {
        return token.value().equals("OR")
                && token.prefix().isEmpty()
                && token.style() == Token.Style.PLAIN
                && !token.negated();
    }

    /** A dash or an ampersand between two words is ignored; an emoji or a currency sign is searched for. */
    private static boolean isSearchable(Token token) {
        return token.style() != Token.Style.PLAIN || token.text().codePoints().anyMatch(QueryParser::isSearchable);
    }

    private static boolean isSearchable(int character) {
        int type = Character.getType(character);
        return Character.isLetterOrDigit(character)
                || type == Character.OTHER_SYMBOL
                || type == Character.CURRENCY_SYMBOL;
    }

    private Term term(Token token) throws QueryException {
        return switch (token.prefix()) {
            case "to" -> Term.text(Field.TO, addressMatcher(token));
            case "from" -> Term.text(Field.FROM, addressMatcher(token));
            case "cc" -> Term.text(Field.CC, addressMatcher(token));
            case "bcc" -> Term.text(Field.BCC, addressMatcher(token));
            case "reply-to" -> Term.text(Field.REPLY_TO, addressMatcher(token));
            case "subject" -> Term.text(Field.SUBJECT, matcher(token));
            case "message-id" -> Term.text(Field.MESSAGE_ID, messageIdMatcher(token));
            case "rcpt" -> Term.text(Field.RECIPIENTS, matcher(token));
            case "sender" -> Term.text(Field.SENDER, matcher(token));
            case "addressed" -> Term.text(ADDRESS_FIELDS, addressMatcher(token));
            case "header" -> header(token);
            case "tag" -> tag(plainValue(token));
            case "ns" -> namespace(plainValue(token));
            case "is" -> is(plainValue(token));
            case "has" -> has(plainValue(token));
            case "before" -> Term.before(times.parse("before:", plainValue(token)));
            case "after" -> Term.after(times.parse("after:", plainValue(token)));
            case "larger" -> Term.larger(size("larger:", plainValue(token)));
            case "smaller" -> Term.smaller(size("smaller:", plainValue(token)));
            case "" -> Term.text(Field.EVERYTHING, token.matcher());
            default -> token.isRegex() ? unknown(token) : Term.text(Field.EVERYTHING, WordsMatcher.of(token.text()));
        };
    }

    private static Term unknown(Token token) throws QueryException {
        throw new QueryException("unknown field " + token.prefix() + ":");
    }

    private static TextMatcher matcher(Token token) throws QueryException {
        requireValue(token);
        return token.matcher();
    }

    private static TextMatcher addressMatcher(Token token) throws QueryException {
        requireValue(token);
        return token.isRegex() ? RegexMatcher.ofAddresses(token.value(), token.ignoresCase()) : token.matcher();
    }

    /** Ignores the angle brackets of the header field, which are not part of the identifier (RFC 5322 §3.6.4). */
    private static TextMatcher messageIdMatcher(Token token) throws QueryException {
        requireValue(token);
        return token.isRegex() ? token.matcher() : WordsMatcher.of(token.value().replaceAll("[<>]", ""));
    }

    private static String plainValue(Token token) throws QueryException {
        requireValue(token);
        if (token.isRegex()) {
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

    private static void requireValue(Token token) throws QueryException {
        if (token.value().isBlank()) {
            throw new QueryException(token.prefix() + ": needs a value after the colon");
        }
    }

    private static Term header(Token token) throws QueryException {
        requireValue(token);
        int equals = token.value().indexOf('=');
        if (equals < 0) {
            if (token.isRegex()) {
                throw new QueryException("write a regular expression for a header as header:Name=/expression/");
            }
            return Term.header(token.value().strip(), WordsMatcher.ANYTHING);
        }
        String name = token.value().substring(0, equals).strip();
        if (name.isEmpty()) {
            throw new QueryException("header: needs a name, as in header:Name=value");
        }
        String value = token.value().substring(equals + 1);
        return Term.header(
                name, token.isRegex() ? RegexMatcher.of(value, token.ignoresCase()) : WordsMatcher.of(value));
    }

    private static Term tag(String name) {
        return message -> message.hasTag(name);
    }

    private static Term namespace(String name) {
        return message -> message.isIn(name);
    }

    private static Term is(String state) throws QueryException {
        return switch (state.toLowerCase(Locale.ROOT)) {
            case "read" -> SearchableMessage::isRead;
            case "unread" -> message -> !message.isRead();
            case "tagged" -> SearchableMessage::hasTags;
            default -> throw new QueryException("is: takes read, unread or tagged, not " + state);
        };
    }

    private static Term has(String kind) throws QueryException {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "attachment", "attachments" -> message -> message.attachments() > 0;
            case "inline", "inlines" -> message -> message.inlines() > 0;
            default -> throw new QueryException("has: takes attachment or inline, not " + kind);
        };
    }
}
