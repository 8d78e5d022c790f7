// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.QueryException;
import dev.boxcar.sink.search.TagFilters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads filters that tag messages. A file has the form that Mailpit reads, the part of YAML that is needed for it:
 *
 * <pre>
 * filters:
 *   - match: "subject:order larger:1M"
 *     tags: Orders, Large
 * </pre>
 */
public final class TagFilterFile {
    private static final Pattern LINE = Pattern.compile("(\\s*-)?\\s*(match|tags)\\s*:\\s*(.*?)\\s*");

    private TagFilterFile() {}

    /** The filters in a file. */
    public static List<TagFilters.Filter> read(Path file) throws IOException, InvalidConfigException {
        var filters = new ArrayList<TagFilters.Filter>();
        String match = "";
        String tags = "";
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String where = file + ":" + (i + 1) + ": ";
            if (line.isBlank() || line.strip().startsWith("#") || line.strip().matches("filters\\s*:|---")) {
                continue;
            }
            Matcher entry = LINE.matcher(line);
            if (!entry.matches()) {
                throw new InvalidConfigException(where + "expected 'match: QUERY' or 'tags: TAG, ...'");
            }
            if (entry.group(1) != null && !(match.isEmpty() && tags.isEmpty())) {
                throw new InvalidConfigException(where + "the filter before it needs both match and tags");
            }
            if (entry.group(2).equals("match")) {
                match = unquoted(entry.group(3));
            } else {
                tags = unquoted(entry.group(3));
            }
            if (!match.isEmpty() && !tags.isEmpty()) {
                filters.add(filter(match, List.of(tags.split(",", -1)), where));
                match = "";
                tags = "";
            }
        }
        if (!(match.isEmpty() && tags.isEmpty())) {
            throw new InvalidConfigException(file + ": the last filter needs both match and tags");
        }
        return filters;
    }

    /** The filters in a text, {@code TAG=QUERY} separated by spaces; quotation marks keep spaces together. */
    public static List<TagFilters.Filter> parse(String text) throws InvalidConfigException {
        var filters = new ArrayList<TagFilters.Filter>();
        for (String word : words(text)) {
            int equals = word.indexOf('=');
            if (equals <= 0 || equals == word.length() - 1) {
                throw new InvalidConfigException(
                        "invalid filter '" + word + "' (examples: orders=subject:order, \"big mail=larger:1M\")");
            }
            filters.add(filter(word.substring(equals + 1), List.of(word.substring(0, equals)), ""));
        }
        return filters;
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        for (char c : (text.strip() + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString().strip());
        }
        return words;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1).replace("\\\"", "\"") : value;
    }

    private static TagFilters.Filter filter(String match, List<String> tags, String where)
            throws InvalidConfigException {
        for (String tag : tags) {
            if (!Tags.isValid(tag)) {
                throw new InvalidConfigException(where + "invalid tag '" + tag.strip() + "'");
            }
        }
        try {
            Query query = Query.parse(match, ZoneId.systemDefault(), Instant.now());
            return new TagFilters.Filter(query, tags.stream().map(Tags::clean).toList());
        } catch (QueryException e) {
            throw new InvalidConfigException(where + e.getMessage());
        }
    }
}
