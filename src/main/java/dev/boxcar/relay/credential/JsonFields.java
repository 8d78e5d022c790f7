// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The texts, numbers and truth values of a JSON object, such as an answer of an OAuth server. Any thread. */
public final class JsonFields {
    private JsonFields() {}

    /**
     * The fields of the object in the order of the text; those that are objects or lists themselves are left out.
     *
     * @throws IllegalArgumentException if the text is not a JSON object; its message does not show the text
     */
    public static Map<String, String> of(String text) {
        var fields = new LinkedHashMap<String, String>();
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL) {
                    fields.put(name, parser.getText());
                }
                parser.skipChildren();
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IllegalArgumentException("the JSON object is not complete");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("invalid JSON"); // without the cause, which quotes the text
        }
        return fields;
    }
}
