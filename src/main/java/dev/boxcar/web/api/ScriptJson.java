// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.source.InvalidScriptException;
import dev.boxcar.lab.script.source.ScriptNode;
import dev.boxcar.lab.script.source.ScriptReader;
import dev.boxcar.web.http.HttpProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a script in JSON. Whatever is wrong is a 400 with one line that names the key, or the place of invalid JSON.
 */
final class ScriptJson {
    private static final int MAX_DEPTH = 16;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private ScriptJson() {}

    static Script read(byte[] bytes) throws HttpProblem {
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw HttpProblem.badRequest("the script: expected a JSON object");
            }
            ScriptNode root = node(parser);
            if (parser.nextToken() != null) {
                throw HttpProblem.badRequest("the script: expected nothing after the JSON object");
            }
            return ScriptReader.read(root);
        } catch (InvalidScriptException e) {
            throw HttpProblem.badRequest(e.reason());
        } catch (JsonProcessingException e) {
            throw HttpProblem.badRequest("invalid JSON" + place(e.getLocation()) + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw HttpProblem.badRequest("invalid JSON: " + e.getMessage());
        }
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : " in line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static ScriptNode node(JsonParser parser) throws IOException {
        return new ScriptNode(value(parser), "");
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> items(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Map<String, ScriptNode> fields(JsonParser parser) throws IOException {
        var fields = new LinkedHashMap<String, ScriptNode>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, node(parser));
        }
        return fields;
    }

    private static List<ScriptNode> items(JsonParser parser) throws IOException {
        var items = new ArrayList<ScriptNode>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser));
        }
        return items;
    }
}
