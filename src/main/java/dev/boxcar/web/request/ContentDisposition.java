// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What a mail says of its parts, made fit for fields of HTTP. */
public final class ContentDisposition {
    private ContentDisposition() {}

    /** The parameters of Content-Disposition that name a file (RFC 6266 §4.3); nothing where it has no name. */
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

    /** The media type if it is one, else that of unknown bytes. */
    public static String type(String contentType) {
        return contentType.matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+") ? contentType : "application/octet-stream";
    }
}
