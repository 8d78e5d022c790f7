// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawField;
import org.jspecify.annotations.Nullable;

/** Makes the descriptor of a part from its header fields. Confined to one thread. */
final class PartDescriptorBuilder implements BodyDescriptorBuilder {
    private final String defaultType;
    private @Nullable String contentType;

    /** A builder for the message itself. */
    PartDescriptorBuilder() {
        this("text/plain");
    }

    private PartDescriptorBuilder(String defaultType) {
        this.defaultType = defaultType;
    }

    @Override
    public void reset() {
        contentType = null;
    }

    /** Returns null: mime4j passes the field on as it is. */
    @Override
    public @Nullable Field addField(RawField field) {
        if (contentType == null && field.getName().equalsIgnoreCase("Content-Type")) {
            contentType = Headers.Field.of(field).value();
        }
        return null;
    }

    @Override
    public BodyDescriptor build() {
        return descriptor();
    }

    private PartDescriptor descriptor() {
        return PartDescriptor.of(contentType == null ? "" : contentType, defaultType);
    }

    @Override
    public BodyDescriptorBuilder newChild() {
        return new PartDescriptorBuilder(descriptor().defaultTypeOfParts());
    }
}
