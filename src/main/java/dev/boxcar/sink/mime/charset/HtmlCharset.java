// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The character set that an HTML document names itself (https://html.spec.whatwg.org/#charset). */
public final class HtmlCharset {
    private static final int MAX_SEARCHED_BYTES = 4096; // the standard says 1024; mail often begins with long styles
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern META = Pattern.compile(
            "<meta\\s[^>]*?\\bcharset\\s*=\\s*[\"']?\\s*([^\\s\"'/>;]+)|<\\?xml\\s[^>]*?\\bencoding\\s*=\\s*[\"']([^\"']+)",
            Pattern.CASE_INSENSITIVE);

    private HtmlCharset() {}

    /** The character set of a {@code <meta>} element or an XML declaration, or null. */
    public static @Nullable MailCharset find(byte[] bytes, int length) {
        String begin = new String(bytes, 0, Math.min(length, MAX_SEARCHED_BYTES), ISO_8859_1);
        Matcher meta = META.matcher(COMMENT.matcher(begin).replaceAll(""));
        if (!meta.find()) {
            return null;
        }
        MailCharset charset = MailCharset.of(meta.group(1) == null ? meta.group(2) : meta.group(1));
        // the declaration was found as ASCII, so the document is not in UTF-16
        return charset != null && charset.name().startsWith("UTF-16") ? MailCharset.of("utf-8") : charset;
    }
}
