// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the address lists of header fields (RFC 5322 §3.4), as programs send them: with {@code @} and commas in display
 * names, with semicolons between addresses, without angle brackets. Confined to one thread.
 *
 * <p>It first splits the list at separators outside quotation marks, comments, brackets and encoded words, then each
 * item into name and address.
 */
final class AddressParser {
    private static final Pattern LAST_WORD_WITH_AT = Pattern.compile("(.*\\s)?(\\S+@\\S+)", Pattern.DOTALL);
    private static final Pattern FIRST_WORD_WITH_AT = Pattern.compile("(\\S+@\\S+)\\s(.*)", Pattern.DOTALL);
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^?\\s]*\\?[bBqQ]\\?[^?]*\\?=");
    private static final Pattern SPACE_AROUND_AT = Pattern.compile("\\s*@\\s*");
    private static final Pattern SPACE_BEFORE_DOT = Pattern.compile("\\s+\\.\\s*");
    private static final Pattern SPACE_AROUND_DOT = Pattern.compile("\\s*\\.\\s*");
    private static final Pattern PLAIN_ADDRESS = Pattern.compile("[^@\"'\\[\\]():]+@[^@\"'\\[\\]():]+");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final Pattern DOUBLED_ANGLES = Pattern.compile("[<\\s]+$");
    private static final String MAILTO = "mailto:";

    private final List<Address> found = new ArrayList<>();

    /** Items without an address before an unquoted comma, such as {@code Doe} in {@code Doe, Ann <a@b.example>}. */
    private final List<String> namesBeforeComma = new ArrayList<>();

    private boolean hasGroup;

    private AddressParser() {}

    /** The addresses. A group is replaced by its addresses. Text without an address becomes a name alone. */
    static List<Address> parse(String value) {
        boolean isVisible = ENCODED_WORD.matcher(value).replaceAll("").indexOf('@') >= 0;
        String decoded = isVisible ? value : EncodedWords.decode(value);
        return new AddressParser().parseList(decoded.indexOf('@') >= 0 ? decoded : value);
    }

    private List<Address> parseList(String value) {
        var lexer = new AddressLexer(value);
        int begin = 0;
        for (int at = 0; at < value.length(); ) {
            char c = value.charAt(at);
            if (c == ',' || c == ';') {
                addItem(value.substring(begin, at).strip(), c == ',');
                begin = ++at;
            } else if (c == ':' && isGroupName(value, begin, at)) {
                hasGroup = true;
                begin = ++at;
            } else {
                at = lexer.skip(at);
            }
        }
        boolean beforeComma = false;
        addItem(value.substring(begin).strip(), beforeComma);
        if (found.isEmpty() && !hasGroup) {
            found.add(new Address(display(value), ""));
        }
        return List.copyOf(found);
    }

    private static boolean isGroupName(String value, int begin, int end) {
        String name = value.substring(begin, end);
        return name.indexOf('@') < 0
                && name.indexOf('<') < 0
                && !isPartOfName(value, end)
                && !name.strip().toLowerCase(Locale.ROOT).equals("mailto");
    }

    /** Whether the colon is in the name of one address, as in {@code Team: Sales <a@b.example>}: no group ends. */
    private static boolean isPartOfName(String value, int colon) {
        int angle = value.indexOf('<', colon);
        return value.indexOf(';', colon) < 0
                && angle > 0
                && value.substring(colon, angle).indexOf('@') < 0
                && !value.substring(colon + 1, angle).isBlank();
    }

    private void addItem(String item, boolean beforeComma) {
        int angle = lastAngle(item);
        if (angle >= 0) {
            addWithAngle(item, angle);
        } else if (Comments.remove(item).indexOf('@') >= 0) {
            addNamesBeforeComma();
            addWithoutAngle(Comments.remove(item).strip());
            nameLast(Headers.oneLine(EncodedWords.decode(Comments.last(item))).strip());
        } else if (!item.isEmpty()) {
            namesBeforeComma.add(item);
        }
        if (!beforeComma) {
            addNamesBeforeComma();
        }
    }

    /** Gives the last address this name if it has none: older programs put it in a comment (RFC 5322 §3.4). */
    private void nameLast(String name) {
        Address last = found.get(found.size() - 1);
        if (last.name().isEmpty() && !name.isEmpty()) {
            found.set(found.size() - 1, new Address(name, last.address()));
        }
    }

    private void addNamesBeforeComma() {
        namesBeforeComma.forEach(name -> found.add(new Address(display(name), "")));
        namesBeforeComma.clear();
    }

    /** The index of the last angle bracket that opens an address, or -1. */
    private static int lastAngle(String item) {
        var lexer = new AddressLexer(item);
        int angle = -1;
        for (int at = 0; at < item.length(); at = lexer.skip(at)) {
            if (item.charAt(at) == '<') {
                angle = at;
            }
        }
        return angle;
    }

    private void addWithAngle(String item, int angle) {
        int closing = item.indexOf('>', angle);
        String inside = item.substring(angle + 1, closing < 0 ? item.length() : closing);
        String before = DOUBLED_ANGLES.matcher(item.substring(0, angle)).replaceFirst("");
        String after = closing < 0 ? "" : item.substring(closing + 1);
        String address = bare(inside);
        namesBeforeComma.add(before.isBlank() ? Comments.remove(after) : before);
        String name = display(String.join(", ", namesBeforeComma));
        namesBeforeComma.clear();
        if (address.indexOf('@') >= 0) {
            found.add(new Address(name, address));
        } else if (isAddress(name)) {
            found.add(new Address(display(inside), name)); // the sender has exchanged name and address
        } else if (!name.isEmpty() || !address.isEmpty()) {
            found.add(new Address(name.isEmpty() ? address : name, ""));
        }
    }

    private static boolean isAddress(String text) {
        return text.matches("[^\\s@]+@[^\\s@]+");
    }

    private void addWithoutAngle(String item) {
        String text = item.endsWith(">") ? item.substring(0, item.length() - 1) : item;
        List<String> words = List.of(WHITE_SPACE.split(text.strip()));
        if (words.size() > 1
                && words.stream().allMatch(word -> PLAIN_ADDRESS.matcher(word).matches())) {
            words.forEach(word -> found.add(new Address("", bare(word)))); // the commas are missing
            return;
        }
        if (!text.startsWith("\"")) {
            text = SPACE_AROUND_AT.matcher(text).replaceAll("@");
            text = SPACE_BEFORE_DOT.matcher(text).replaceAll(".");
            Matcher last = LAST_WORD_WITH_AT.matcher(text);
            Matcher first = FIRST_WORD_WITH_AT.matcher(text);
            if (last.matches()) {
                found.add(new Address(last.group(1) == null ? "" : display(last.group(1)), bare(last.group(2))));
                return;
            }
            if (first.matches()) {
                found.add(new Address(display(first.group(2)), bare(first.group(1))));
                return;
            }
        }
        addQuoted(text);
    }

    /** A quoted local part; or a name, and possibly an address, in quotation marks. */
    private void addQuoted(String text) {
        int end = new AddressLexer(text).skip(0);
        int at = text.indexOf('@', end);
        if (at >= 0 && text.substring(end, at).isBlank()) {
            found.add(new Address("", bare(text)));
            return;
        }
        String unquoted = display(text);
        Matcher last = LAST_WORD_WITH_AT.matcher(unquoted);
        found.add(
                last.matches()
                        ? new Address(last.group(1) == null ? "" : last.group(1).strip(), bare(last.group(2)))
                        : new Address(unquoted, ""));
    }

    /** An address without comments, route, quotation marks and white space around its delimiters. */
    private static String bare(String text) {
        String address = Comments.remove(text).strip();
        if (address.regionMatches(true, 0, "[" + MAILTO, 0, MAILTO.length() + 1) && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1); // as Outlook quotes an address
        }
        if (address.regionMatches(true, 0, MAILTO, 0, MAILTO.length())) {
            address = address.substring(MAILTO.length());
        }
        if (address.startsWith("@") && address.indexOf(':') > 0) {
            address = address.substring(address.indexOf(':') + 1).strip(); // a route (RFC 5322 §4.4)
        }
        if (address.length() > 2 && address.startsWith("'") && address.endsWith("'")) {
            address = address.substring(1, address.length() - 1);
        }
        int at = address.lastIndexOf('@');
        if (at < 0) {
            return display(address);
        }
        String local = address.substring(0, at).strip();
        String domain =
                SPACE_AROUND_DOT.matcher(address.substring(at + 1).strip()).replaceAll(".");
        local = local.startsWith("\"")
                ? unquote(local)
                : SPACE_AROUND_DOT.matcher(local).replaceAll(".");
        return Headers.oneLine(local + "@" + domain);
    }

    /** A name as people read it: without comments and quotation marks, decoded, on one line. */
    private static String display(String name) {
        String text = Headers.oneLine(EncodedWords.decode(unquote(removeComments(name))))
                .strip();
        return text.isEmpty()
                ? Headers.oneLine(EncodedWords.decode(unquote(name))).strip()
                : text;
    }

    /** Removes comments, except unclosed ones, and except a comment that is the whole name. */
    private static String removeComments(String name) {
        var lexer = new AddressLexer(name);
        var text = new StringBuilder(name.length());
        for (int at = 0; at < name.length(); ) {
            int end = lexer.skip(at);
            if (name.charAt(at) != '(' || end == at + 1) {
                text.append(name, at, end);
            }
            at = end;
        }
        return text.toString();
    }

    /** Removes quotation marks that are closed, and the backslashes within. */
    private static String unquote(String text) {
        if (text.indexOf('"') < 0) {
            return text;
        }
        var lexer = new AddressLexer(text);
        var unquoted = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            int end = lexer.skip(at);
            if (text.charAt(at) == '"' && end > at + 1) {
                for (int i = at + 1; i < end - 1; i++) {
                    if (text.charAt(i) == '\\' && i + 1 < end - 1) {
                        i++;
                    }
                    unquoted.append(text.charAt(i));
                }
            } else {
                unquoted.append(text, at, end);
            }
            at = end;
        }
        return unquoted.toString();
    }
}
