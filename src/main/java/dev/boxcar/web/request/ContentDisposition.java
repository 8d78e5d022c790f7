// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Makes the file name and type of a message part safe for HTTP header fields. */
public final class ContentDisposition {
    private ContentDisposition() {}

    /** The file name parameters of Content-Disposition (RFC 6266 §4.3). Empty if {@code name} is empty. */
    public static String fileName(String name) {
        if (name.isEmpty()) {
            return "";
        }
        String plain = name.replaceAll("[^ -~]", "_").replaceAll("[\"\\\\]", "_");
        return "; filename=\"" + plain + '"' + (plain.equals(name) ? "" : "; filename*=UTF-8''" + escaped(name));
    }

    private static String escaped(String name) {
        var escaped = new StringBuilder();
        for (byte b : name.getBytes(UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            escaped.append(plain || b == '.' || b == '-' ? "" + (char) b : String.format("%%%02X", b & 0xFF));
        }
        return escaped.toString();
    }

    /** The media type if it is well formed, else {@code application/octet-stream}. */
    public static String type(String contentType) {
        return contentType.matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+") ? contentType : "application/octet-stream";
    }
}
