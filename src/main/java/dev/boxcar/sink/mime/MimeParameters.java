// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.MimeParameterMapping;

/**
 * The value of a Content-Type or Content-Disposition and its parameters (RFC 2045 §5.1, RFC 2231). Immutable.
 *
 * @param value what stands before the first semicolon
 * @param parameters by name in small letters
 */
record MimeParameters(String value, Map<String, String> parameters) {
    private static final MimeParameters NONE = new MimeParameters("", Map.of());

    /** Reads a field's value; what is malformed is left out. Throws nothing. */
    static MimeParameters of(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            RawBody body = RawFieldParser.DEFAULT.parseRawBody(new RawField("X", text));
            var plain = new TreeMap<String, String>();
            var mapping = new MimeParameterMapping();
            for (NameValuePair pair : body.getParams()) {
                if (pair.getName() != null && pair.getValue() != null) {
                    plain.putIfAbsent(pair.getName().toLowerCase(Locale.ROOT), pair.getValue());
                    mapping.addParameter(pair.getName(), pair.getValue());
                }
            }
            mapping.getParameters().forEach((name, value) -> plain.put(name.toLowerCase(Locale.ROOT), value));
            return new MimeParameters(body.getValue() == null ? "" : body.getValue(), plain);
        } catch (RuntimeException | StackOverflowError hostile) {
            return NONE;
        }
    }

    /** The parameter, or an empty text. */
    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /**
     * The parameter as a name of a file, also where it is written in encoded words, which RFC 2047 §5 forbids and many
     * do.
     */
    String fileName(String name) {
        String file = Headers.oneLine(EncodedWords.decode(get(name))).strip();
        return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    }
}
