// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What a part's Content-Type says, as mime4j asks for it. Immutable.
 *
 * @param contentType the media type in lower case, without parameters
 * @param parameters its parameters
 */
record PartDescriptor(String contentType, MimeParameters parameters) implements BodyDescriptor {
    private static final Pattern MEDIA_TYPE = Pattern.compile("\\s*([^\\s/;,\"]+)\\s*/\\s*([^\\s/;,\"]+).*");
    private static final String PLAIN_TEXT = "text/plain";
    private static final long UNKNOWN = -1;

    /**
     * Reads the value of a Content-Type field. A value that is not a media type, or a multipart without a boundary,
     * means plain text (RFC 2045 §5.2).
     *
     * @param defaultType the media type if the value is empty
     */
    static PartDescriptor of(String value, String defaultType) {
        MimeParameters parameters = MimeParameters.of(value);
        Matcher type = MEDIA_TYPE.matcher(parameters.value().replace("\"", ""));
        String contentType = type.matches()
                ? (type.group(1) + "/" + type.group(2)).toLowerCase(Locale.ROOT)
                : parameters.value().isEmpty() ? defaultType : PLAIN_TEXT;
        boolean unbounded = contentType.startsWith("multipart/") && boundary(parameters) == null;
        return new PartDescriptor(unbounded ? PLAIN_TEXT : contentType, parameters);
    }

    /** RFC 2046 §5.1.1: a boundary does not end with white space. */
    private static @Nullable String boundary(MimeParameters parameters) {
        String boundary = parameters.get("boundary").stripTrailing();
        return boundary.isEmpty() ? null : boundary;
    }

    boolean isMultipart() {
        return contentType.startsWith("multipart/");
    }

    /** RFC 2046 §5.1.5: the parts of a digest are messages unless they say otherwise. */
    String defaultTypeOfParts() {
        return contentType.equals("multipart/digest") ? "message/rfc822" : PLAIN_TEXT;
    }

    @Override
    public @Nullable String getBoundary() {
        return boundary(parameters);
    }

    @Override
    public String getMimeType() {
        return contentType;
    }

    @Override
    public String getMediaType() {
        return contentType.substring(0, contentType.indexOf('/'));
    }

    @Override
    public String getSubType() {
        return contentType.substring(contentType.indexOf('/') + 1);
    }

    @Override
    public String getCharset() {
        return parameters.get("charset");
    }

    /** Keeps mime4j from decoding the body, because {@link TransferEncoding} does that. */
    @Override
    public String getTransferEncoding() {
        return "8bit";
    }

    @Override
    public long getContentLength() {
        return UNKNOWN;
    }
}
