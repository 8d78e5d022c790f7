// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;

/** Writes the JSON that commands print. */
public final class JsonOutput {
    private JsonOutput() {}

    /** A generator for one object. Closing the generator leaves {@code target} open. */
    public static JsonGenerator to(Writer target) throws IOException {
        return JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(target);
    }
}
