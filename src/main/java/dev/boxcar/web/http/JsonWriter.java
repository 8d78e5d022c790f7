// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes one JSON value. */
@FunctionalInterface
public interface JsonWriter {
    /** Writes exactly one value. */
    void write(JsonGenerator json) throws IOException;
}
