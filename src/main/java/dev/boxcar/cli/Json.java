// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;

/** JSON for {@code --json}. */
final class Json {
    private Json() {}

    /** One object, written to {@code target}, which stays open. */
    static JsonGenerator to(Writer target) throws IOException {
        return JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(target);
    }
}
