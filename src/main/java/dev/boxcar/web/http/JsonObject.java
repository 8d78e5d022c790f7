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
 * An object that a client sent, whose keys are found in any case: {@code IDs}, {@code ids} and {@code Ids} are one. An
 * absent value and null are the same; a value of another type than asked for is a 400. Immutable; any thread.
 */
public final class JsonObject {
    private static final int DEEPEST = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Map<String, @Nullable Object> values;

    private JsonObject(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** Reads one object; a 400 where the bytes are none. */
    public static JsonObject parse(byte[] bytes) throws HttpProblem {
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw HttpProblem.badRequest(bytes.length == 0 ? "EOF" : "a JSON object is wanted");
            }
            return object(parser);
        } catch (JsonProcessingException e) {
            throw HttpProblem.badRequest("not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw HttpProblem.badRequest("not JSON: " + e.getMessage());
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

    /** A text; empty where there is none. */
    public String text(String name) throws HttpProblem {
        return as(String.class, name, "a text", "");
    }

    /** A truth; false where there is none. */
    public boolean flag(String name) throws HttpProblem {
        return as(Boolean.class, name, "true or false", false);
    }

    /** A whole number; {@code otherwise} where there is none. */
    public int number(String name, int otherwise) throws HttpProblem {
        double number = as(Double.class, name, "a number", (double) otherwise);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw HttpProblem.badRequest(name + ": a whole number is wanted");
        }
        return (int) number;
    }

    /** An object; an empty one where there is none. */
    public JsonObject object(String name) throws HttpProblem {
        return as(JsonObject.class, name, "an object", new JsonObject(Map.of()));
    }

    /** A list of texts; empty where there is none. */
    public List<String> texts(String name) throws HttpProblem {
        return list(name, String.class, "texts");
    }

    /** A list of objects; empty where there is none. */
    public List<JsonObject> objects(String name) throws HttpProblem {
        return list(name, JsonObject.class, "objects");
    }

    /** Whether a value other than null was sent. */
    public boolean has(String name) {
        return find(name) != null;
    }

    /** The keys as they were sent, in order. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    private <T> List<T> list(String name, Class<T> type, String wanted) throws HttpProblem {
        var items = new ArrayList<T>();
        for (Object item : as(List.class, name, "a list of " + wanted, List.of())) {
            if (!type.isInstance(item)) {
                throw HttpProblem.badRequest(name + ": a list of " + wanted + " is wanted");
            }
            items.add(type.cast(item));
        }
        return items;
    }

    private <T> T as(Class<T> type, String name, String wanted, T otherwise) throws HttpProblem {
        Object value = find(name);
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            throw HttpProblem.badRequest(name + ": " + wanted + " is wanted");
        }
        return type.cast(value);
    }

    /** The exact name wins over the same one in another case. */
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
