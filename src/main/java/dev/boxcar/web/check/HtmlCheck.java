// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The result of the HTML check: the features that a document uses and that not every mail program supports. Immutable.
 *
 * @param nodes the number of elements in the document
 * @param tests the number of features that were looked for
 * @param programs the mail programs on each platform, for which there are results
 * @param warnings the features, the most important ones first
 */
public record HtmlCheck(int nodes, int tests, Map<String, Set<String>> programs, List<Warning> warnings) {
    /** The longest document that is checked, in characters. */
    public static final int MAX_CHARACTERS = 2 * 1024 * 1024;

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * A feature that not every mail program supports.
     *
     * @param found how many elements use it
     */
    public record Warning(
            String slug,
            String title,
            String description,
            String url,
            String category,
            List<String> tags,
            String keywords,
            List<Result> results,
            Map<String, String> notes,
            int found,
            Shares score) {}

    /** Whether one version of a mail program supports a feature; {@code support} is yes, no or partial. */
    public record Result(String name, String platform, String family, String version, String support, String note) {}

    /** Shares in percent, which add up to 100. */
    public record Shares(double supported, double partial, double unsupported) {}

    /** Checks a document of at most {@link #MAX_CHARACTERS} characters. Takes a few seconds at most. */
    public static HtmlCheck of(String html) throws IOException {
        List<FeatureRule> rules = FeatureRule.all();
        var finder = new FeatureFinder(html, MAX_NANOS);
        int nodes = Math.max(1, finder.nodes());
        Map<String, Integer> found = finder.find(rules);
        FeatureCatalog catalog = FeatureCatalog.read(found.keySet());
        var warnings = new ArrayList<Warning>();
        found.forEach((slug, count) -> {
            Feature feature = catalog.features().get(slug);
            if (feature != null && feature.percent(Feature.Support.YES) < 100) {
                warnings.add(warning(feature, count, catalog));
            }
        });
        warnings.sort(Comparator.comparingDouble((Warning warning) -> -weight(warning, nodes))
                .thenComparing(Warning::slug));
        int tests = (int) rules.stream().map(FeatureRule::slug).distinct().count();
        return new HtmlCheck(nodes, tests, catalog.programs(), List.copyOf(warnings));
    }

    private static double weight(Warning warning, int nodes) {
        return (warning.score().partial() + warning.score().unsupported()) * share(warning, nodes);
    }

    private static double share(Warning warning, int nodes) {
        return Math.min(1, (double) warning.found() / nodes);
    }

    /** The shares of the whole document: those of its worst feature, in proportion to the elements that use it. */
    public Shares total() {
        double partial = 0;
        double unsupported = 0;
        for (Warning warning : warnings) {
            partial = Math.max(partial, warning.score().partial() * share(warning, nodes));
            unsupported = Math.max(unsupported, warning.score().unsupported() * share(warning, nodes));
        }
        unsupported = Math.min(unsupported, 100 - partial);
        return new Shares(100 - partial - unsupported, partial, unsupported);
    }

    private static Warning warning(Feature feature, int found, FeatureCatalog catalog) {
        List<Result> results = feature.results().stream()
                .map(result -> new Result(
                        catalog.families().getOrDefault(result.family(), result.family()) + " "
                                + catalog.platforms().getOrDefault(result.platform(), result.platform()) + " ("
                                + result.version() + ")",
                        result.platform(),
                        result.family(),
                        result.version(),
                        switch (result.support()) {
                            case YES -> "yes";
                            case PARTIAL -> "partial";
                            case NO -> "no";
                        },
                        result.note()))
                .toList();
        var notes = new java.util.TreeMap<String, String>();
        feature.notes().forEach((number, note) -> notes.put(number, MarkdownText.html(note)));
        var score = new Shares(
                feature.percent(Feature.Support.YES),
                feature.percent(Feature.Support.PARTIAL),
                feature.percent(Feature.Support.NO));
        return new Warning(
                feature.slug(),
                feature.title(),
                MarkdownText.html(feature.description()),
                feature.url(),
                feature.category(),
                feature.tags(),
                feature.keywords(),
                results,
                notes,
                found,
                score);
    }
}
