// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The data of caniemail.com, read anew for each check: a check is rare, takes 50 ms for it, and then keeps nothing in
 * memory. Immutable.
 *
 * @param families the names of mail programs
 * @param platforms the names of platforms
 * @param programs the names of the mail programs on each platform, sorted
 * @param features the wanted features by slug
 */
record FeatureCatalog(
        Map<String, String> families,
        Map<String, String> platforms,
        Map<String, Set<String>> programs,
        Map<String, Feature> features) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the catalog with these features only. */
    static FeatureCatalog read(Set<String> wanted) throws IOException {
        try (InputStream in = FeatureCatalog.class.getResourceAsStream("caniemail.json")) {
            if (in == null) {
                throw new IllegalStateException("caniemail.json is missing from the jar");
            }
            try (JsonParser json = JSON.createParser(in)) {
                return read(json, wanted);
            }
        }
    }

    private static FeatureCatalog read(JsonParser json, Set<String> wanted) throws IOException {
        Map<String, String> families = Map.of();
        Map<String, String> platforms = Map.of();
        var programs = new TreeMap<String, Set<String>>();
        var features = new HashMap<String, Feature>();
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "family" -> families = texts(json);
                case "platform" -> platforms = texts(json);
                case "data" -> {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        Feature feature = feature(json);
                        for (Feature.Result result : feature.results()) {
                            programs.computeIfAbsent(result.platform(), platform -> new TreeSet<>())
                                    .add(families.getOrDefault(result.family(), result.family()));
                        }
                        if (wanted.contains(feature.slug())) {
                            features.put(feature.slug(), feature);
                        }
                    }
                }
                default -> json.skipChildren();
            }
        }
        return new FeatureCatalog(families, platforms, programs, features);
    }

    private static Feature feature(JsonParser json) throws IOException {
        var texts = new HashMap<String, String>();
        List<String> tags = List.of();
        List<Feature.Result> results = List.of();
        Map<String, String> notes = Map.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "tags" -> tags = list(json);
                case "stats" -> results = results(json);
                case "notes_by_num" -> notes = texts(json);
                default -> texts.put(name, json.getValueAsString(""));
            }
        }
        return new Feature(
                texts.getOrDefault("slug", ""),
                texts.getOrDefault("title", ""),
                texts.getOrDefault("description", ""),
                texts.getOrDefault("url", ""),
                texts.getOrDefault("category", ""),
                tags,
                texts.getOrDefault("keywords", ""),
                results,
                notes);
    }

    private static Map<String, String> texts(JsonParser json) throws IOException {
        var texts = new LinkedHashMap<String, String>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            texts.put(name, json.getValueAsString(""));
        }
        return texts;
    }

    private static List<String> list(JsonParser json) throws IOException {
        var list = new ArrayList<String>();
        if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(json.getValueAsString(""));
            }
        }
        return list;
    }

    /** The results by family, platform and version; those of unknown support are left out. */
    private static List<Feature.Result> results(JsonParser json) throws IOException {
        var results = new ArrayList<Feature.Result>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String family = json.currentName();
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String platform = json.currentName();
                json.nextToken();
                for (Map.Entry<String, String> version : texts(json).entrySet()) {
                    add(results, family, platform, version.getKey(), version.getValue());
                }
            }
        }
        return results;
    }

    private static void add(
            List<Feature.Result> results, String family, String platform, String version, String support) {
        String[] words = support.split(" ?#", -1);
        String note = words.length > 1 ? words[words.length - 1].strip() : "";
        switch (words[0].strip()) {
            case "y" -> results.add(new Feature.Result(family, platform, version, Feature.Support.YES, note));
            case "a" -> results.add(new Feature.Result(family, platform, version, Feature.Support.PARTIAL, note));
            case "n" -> results.add(new Feature.Result(family, platform, version, Feature.Support.NO, note));
            default -> {} // unknown
        }
    }
}
