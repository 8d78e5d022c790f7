// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.DocumentType;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/**
 * Counts how often an HTML document uses each feature: the elements that it concerns. A style rule counts for each
 * element that its selector matches. After a few seconds, rules are no longer matched and count once each. Confined to
 * one thread.
 */
final class FeatureFinder {
    private static final Pattern PSEUDO = Pattern.compile("::?[a-zA-Z-]+(?:\\([^)]*\\))?");

    private final String html;
    private final Document document;
    private final long deadlineNanos;
    private final Map<String, Integer> found = new HashMap<>();
    private final Map<String, List<FeatureRule>> byProperty = new HashMap<>();
    private final List<FeatureRule> values = new ArrayList<>();

    FeatureFinder(String html, long maxNanos) {
        this.html = html;
        this.document = Jsoup.parse(html);
        this.deadlineNanos = System.nanoTime() + maxNanos;
    }

    /** The number of elements of the document. */
    int nodes() {
        boolean hasBody = Pattern.compile("(?i)</body>").matcher(html).find();
        return hasBody
                ? document.select("*:not(html):not(head):not(meta)").size() - 1 // without the document itself
                : document.body().getAllElements().size() - 1;
    }

    /** How often each feature occurs, without those that do not. */
    Map<String, Integer> find(List<FeatureRule> rules) {
        for (FeatureRule rule : rules) {
            if (rule.kind() == FeatureRule.Kind.PROPERTY) {
                for (String property : rule.argument().split(",", -1)) {
                    byProperty
                            .computeIfAbsent(property, name -> new ArrayList<>())
                            .add(rule);
                }
            } else if (rule.kind() == FeatureRule.Kind.VALUE) {
                values.add(rule);
            }
        }
        StyleSheet sheet = StyleSheet.of(styles());
        for (FeatureRule rule : rules) {
            count(rule.slug(), occurrences(rule, sheet));
        }
        for (Element element : document.select("[style]")) {
            features(StyleSheet.declarations(element.attr("style"))).forEach(slug -> count(slug, 1));
        }
        for (StyleSheet.Rule rule : sheet.rules()) {
            Set<String> features = features(rule.declarations());
            if (!features.isEmpty()) {
                int elements = elements(rule.selector());
                features.forEach(slug -> count(slug, elements));
            }
        }
        return found;
    }

    private void count(String slug, int more) {
        if (more > 0) {
            found.merge(slug, more, Integer::sum);
        }
    }

    private String styles() {
        var css = new StringBuilder();
        document.select("style").forEach(style -> css.append(style.data()).append('\n'));
        return css.toString();
    }

    /** How often a feature occurs, apart from declarations. */
    private int occurrences(FeatureRule rule, StyleSheet sheet) {
        return switch (rule.kind()) {
            case SELECT -> document.select(rule.argument()).size();
            case IMAGE -> images(rule.pattern());
            case AT -> atRules(rule, sheet);
            case PSEUDO, SELECTOR ->
                (int) sheet.rules().stream()
                        .filter(style ->
                                rule.pattern().matcher(style.selector()).find())
                        .count();
            case COMMENT -> rule.argument().equals("css") ? (sheet.hasComments() ? 1 : 0) : comments();
            case DOCTYPE -> document.childNodes().stream().anyMatch(DocumentType.class::isInstance) ? 1 : 0;
            case NESTING -> sheet.hasNesting() ? 1 : 0;
            case TEXT -> rule.pattern().matcher(html).find() ? 1 : 0;
            case PROPERTY, VALUE -> 0; // counted per declaration
        };
    }

    private int images(Pattern source) {
        return (int) document.select("img[src], source[srcset], image").stream()
                .map(element -> element.hasAttr("src") ? element.attr("src") : element.attr("srcset"))
                .filter(url -> source.matcher(url.substring(0, Math.min(url.length(), 2000)))
                        .find())
                .count();
    }

    private static int atRules(FeatureRule rule, StyleSheet sheet) {
        int space = rule.argument().indexOf(' ');
        String name = space < 0 ? rule.argument() : rule.argument().substring(0, space);
        return (int) sheet.atRules().stream()
                .filter(at -> at.name().equals(name)
                        && (space < 0 || rule.pattern().matcher(at.prelude()).find()))
                .count();
    }

    private int comments() {
        var counter = new NodeFilter() {
            int comments;

            @Override
            public FilterResult head(Node node, int depth) {
                comments += node instanceof Comment ? 1 : 0;
                return FilterResult.CONTINUE;
            }
        };
        NodeTraversor.filter(counter, document);
        return counter.comments;
    }

    private Set<String> features(List<String> declarations) {
        var slugs = new HashSet<String>();
        for (String declaration : declarations) {
            String property = declaration.substring(0, declaration.indexOf(':'));
            byProperty.getOrDefault(property, List.of()).forEach(rule -> slugs.add(rule.slug()));
            for (FeatureRule rule : values) {
                if (rule.pattern().matcher(declaration).lookingAt()) {
                    slugs.add(rule.slug());
                }
            }
        }
        return slugs;
    }

    /** The number of elements that a selector matches, without regard to pseudo-classes; at least one. */
    private int elements(String selector) {
        if (System.nanoTime() - deadlineNanos > 0) {
            return 1;
        }
        try {
            String plain = PSEUDO.matcher(selector).replaceAll("");
            return Math.max(1, document.select(plain).size());
        } catch (IllegalArgumentException | IllegalStateException unknown) {
            return 1;
        }
    }
}
