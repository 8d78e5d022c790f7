// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rules of a style sheet, found without judging them: selectors with declarations, and at-rules. Malformed CSS
 * gives what can be made out. Confined to one thread while it is read.
 */
final class StyleSheet {
    private static final int MAX_RULES = 5_000;
    private static final int MAX_DEPTH = 10;

    /** A selector and its declarations, each {@code property:value} in lower case without white space around. */
    record Rule(String selector, List<String> declarations) {}

    /** An at-rule: its name, and what is between the name and the block. */
    record AtRule(String name, String prelude) {}

    private final List<Rule> rules = new ArrayList<>();
    private final List<AtRule> atRules = new ArrayList<>();
    private boolean hasComments;
    private boolean hasNesting;

    private StyleSheet() {}

    /** Reads a style sheet. */
    static StyleSheet of(String css) {
        var sheet = new StyleSheet();
        String text = css.replaceAll("(?s)/\\*.*?\\*/", " ");
        sheet.hasComments = text.length() != css.length();
        sheet.readRules(text, 0);
        return sheet;
    }

    List<Rule> rules() {
        return rules;
    }

    List<AtRule> atRules() {
        return atRules;
    }

    boolean hasComments() {
        return hasComments;
    }

    boolean hasNesting() {
        return hasNesting;
    }

    private void readRules(String css, int depth) {
        int begin = 0;
        int at = 0;
        while (at < css.length() && rules.size() + atRules.size() < MAX_RULES) {
            char c = css.charAt(at);
            if (c == '"' || c == '\'') {
                at = endOfString(css, at);
            } else if (c == ';' || c == '}') {
                addStatement(css.substring(begin, at).strip());
                begin = ++at;
            } else if (c == '{') {
                int end = endOfBlock(css, at);
                String prelude = css.substring(begin, at).strip();
                String block = css.substring(at + 1, Math.max(at + 1, Math.min(end, css.length())));
                addBlock(prelude, block, depth);
                at = Math.min(css.length(), end + 1);
                begin = at;
            } else {
                at++;
            }
        }
    }

    private void addStatement(String text) {
        if (text.startsWith("@")) {
            addAtRule(text);
        }
    }

    private void addAtRule(String prelude) {
        int end = 1;
        while (end < prelude.length() && (Character.isLetter(prelude.charAt(end)) || prelude.charAt(end) == '-')) {
            end++;
        }
        String name = prelude.substring(1, end).toLowerCase(Locale.ROOT).replaceFirst("^-(?:webkit|moz|ms|o)-", "");
        atRules.add(new AtRule(name, prelude.substring(end).strip().toLowerCase(Locale.ROOT)));
    }

    private void addBlock(String prelude, String block, int depth) {
        if (prelude.startsWith("@")) {
            addAtRule(prelude);
            String name = atRules.get(atRules.size() - 1).name();
            if (List.of("media", "supports", "layer", "container").contains(name) && depth < MAX_DEPTH) {
                readRules(block, depth + 1);
            }
            return;
        }
        hasNesting |= block.indexOf('{') >= 0;
        rules.add(new Rule(prelude, declarations(block)));
    }

    /** The declarations in a block or in a style attribute. */
    static List<String> declarations(String block) {
        var declarations = new ArrayList<String>();
        int begin = 0;
        int parentheses = 0;
        for (int at = 0; at <= block.length(); at++) {
            char c = at == block.length() ? ';' : block.charAt(at);
            if (c == '"' || c == '\'') {
                at = endOfString(block, at) - 1;
            } else if (c == '(') {
                parentheses++;
            } else if (c == ')') {
                parentheses = Math.max(0, parentheses - 1);
            } else if ((c == ';' && parentheses == 0) || at == block.length()) {
                String text = block.substring(begin, at).strip();
                int colon = text.indexOf(':');
                if (colon > 0 && text.indexOf('{') < 0) {
                    declarations.add(text.substring(0, colon).strip().toLowerCase(Locale.ROOT) + ":"
                            + text.substring(colon + 1).strip().toLowerCase(Locale.ROOT));
                }
                begin = at + 1;
            }
        }
        return declarations;
    }

    /** The index after the string that begins at {@code at}; the end of the text if it is not closed. */
    private static int endOfString(String css, int at) {
        char quote = css.charAt(at);
        int end = at + 1;
        while (end < css.length() && css.charAt(end) != quote) {
            end += css.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(css.length(), end + 1);
    }

    /** The index of the brace that closes the block that opens at {@code at}; the length if there is none. */
    private static int endOfBlock(String css, int at) {
        int depth = 0;
        for (int i = at; i < css.length(); ) {
            char c = css.charAt(i);
            if (c == '"' || c == '\'') {
                i = endOfString(css, i);
                continue;
            }
            if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
            i++;
        }
        return css.length();
    }
}
