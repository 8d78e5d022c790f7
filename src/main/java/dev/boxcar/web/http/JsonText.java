// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;

/** Writes JSON. */
public final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    /** A JSON value. */
    @FunctionalInterface
    public interface Value {
        /** Writes exactly this value. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Writes the value to {@code target} and closes it. */
    static void write(Value value, OutputStream target) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(target)) {
            value.write(json);
        }
    }

    /** The value as a string. */
    public static String text(Value value) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            value.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Writes {@code "name":["a","b"]}. */
    public static void strings(JsonGenerator json, String name, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
