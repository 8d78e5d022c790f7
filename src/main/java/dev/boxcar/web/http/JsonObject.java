// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that a client sent. Names are found in any case: {@code IDs}, {@code ids} and {@code Ids} are the same.
 * A missing value and null are the same. A value of the wrong type is a 400. Immutable; any thread.
 */
public final class JsonObject {
    private static final int MAX_DEPTH = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Map<String, @Nullable Object> values;

    private JsonObject(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** Parses one object. Anything else is a 400. */
    public static JsonObject parse(byte[] bytes) throws HttpProblem {
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw HttpProblem.badRequest(bytes.length == 0 ? "EOF" : "expected a JSON object");
            }
            return object(parser);
        } catch (JsonProcessingException e) {
            throw HttpProblem.badRequest("invalid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw HttpProblem.badRequest("invalid JSON: " + e.getMessage());
        }
    }

    private static JsonObject object(JsonParser parser) throws IOException {
        var values = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, value(parser));
        }
        return new JsonObject(values);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        var items = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return items;
    }

    /** A string; empty if it is missing. */
    public String string(String name) throws HttpProblem {
        return as(String.class, name, "a string", "");
    }

    /** A boolean; false if it is missing. */
    public boolean flag(String name) throws HttpProblem {
        return as(Boolean.class, name, "true or false", false);
    }

    /** A whole number; {@code defaultValue} if it is missing. */
    public int number(String name, int defaultValue) throws HttpProblem {
        double number = as(Double.class, name, "a number", (double) defaultValue);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw HttpProblem.badRequest(name + ": expected a whole number");
        }
        return (int) number;
    }

    /** An object; an empty one if it is missing. */
    public JsonObject object(String name) throws HttpProblem {
        return as(JsonObject.class, name, "an object", new JsonObject(Map.of()));
    }

    /** A list of strings; empty if it is missing. */
    public List<String> strings(String name) throws HttpProblem {
        return list(name, String.class, "strings");
    }

    /** A list of objects; empty if it is missing. */
    public List<JsonObject> objects(String name) throws HttpProblem {
        return list(name, JsonObject.class, "objects");
    }

    /** Whether there is a value, and it is not null. */
    public boolean has(String name) {
        return find(name) != null;
    }

    /** The names as they were sent, in order. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    private <T> List<T> list(String name, Class<T> type, String expected) throws HttpProblem {
        var items = new ArrayList<T>();
        for (Object item : as(List.class, name, "a list of " + expected, List.of())) {
            if (!type.isInstance(item)) {
                throw HttpProblem.badRequest(name + ": expected a list of " + expected);
            }
            items.add(type.cast(item));
        }
        return items;
    }

    private <T> T as(Class<T> type, String name, String expected, T defaultValue) throws HttpProblem {
        Object value = find(name);
        if (value == null) {
            return defaultValue;
        }
        if (!type.isInstance(value)) {
            throw HttpProblem.badRequest(name + ": expected " + expected);
        }
        return type.cast(value);
    }

    /** Prefers the exact name to the same name in another case. */
    private @Nullable Object find(String name) {
        if (values.containsKey(name)) {
            return values.get(name);
        }
        Object found = null;
        for (Map.Entry<String, @Nullable Object> entry : values.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                found = entry.getValue();
            }
        }
        return found;
    }
}
