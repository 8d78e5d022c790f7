// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.web.http.stream.Gzip;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the page, which are on the class path under {@code /web/}. A file is read and compressed once,
 * then served from memory with an ETag. In HTML files, {@code <base href="/">} is replaced by the web root, so that
 * relative links work at any depth. Any thread.
 */
public final class StaticFiles {
    /** The page may load nothing from other sites and nothing inline. Frames with messages have their own policy. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " font-src 'self'; connect-src 'self'%s; frame-src 'self' blob:; manifest-src 'self'; form-action 'none';"
                    + " frame-ancestors 'none'; base-uri 'self'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");

    private final String webRoot;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record File(String type, byte[] bytes, byte[] gzipped, String digest) {
        /** Each coding has its own tag, because its bytes are different (RFC 9110 §8.8.3.3). */
        String tag(boolean gzip) {
            return '"' + digest + (gzip ? "-gzip" : "") + '"';
        }
    }

    /** Files for a page at {@code webRoot}, which is empty or {@code /path}. */
    public StaticFiles(String webRoot) {
        this.webRoot = webRoot;
    }

    /** Responds with the file of this name, such as {@code index.html}. A missing file is a 404. */
    public void serve(HttpExchange exchange, String name) throws HttpProblem, IOException {
        File file = file(name);
        if (file == null) {
            throw HttpProblem.notFound();
        }
        boolean gzip = exchange.startGzip();
        String tag = file.tag(gzip);
        exchange.set("ETag", tag)
                .set("Cache-Control", "no-cache")
                .set("Content-Security-Policy", policy(exchange.header("Host")));
        String known = exchange.header("If-None-Match");
        if (known != null && known.contains(tag)) {
            exchange.status(304);
        } else {
            exchange.bytes(file.type, gzip ? file.gzipped : file.bytes);
        }
    }

    /** The policy, with the WebSockets of this host: not every browser includes them in {@code 'self'}. */
    private static String policy(@Nullable String host) {
        boolean plain = host != null && host.matches("[A-Za-z0-9._:\\[\\]-]+");
        return POLICY.formatted(plain ? " ws://" + host + " wss://" + host : "");
    }

    private @Nullable File file(String name) throws IOException {
        File known = files.get(name);
        if (known != null) {
            return known;
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (type == null || !name.matches("[A-Za-z0-9_-][A-Za-z0-9._/-]*") || name.contains("..")) {
            return null;
        }
        try (InputStream in = StaticFiles.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            if (name.endsWith(".html")) {
                bytes = new String(bytes, UTF_8)
                        .replace("<base href=\"/\">", "<base href=\"" + webRoot + "/\">")
                        .getBytes(UTF_8);
            }
            var file = new File(type, bytes, Gzip.compress(bytes), digest(bytes));
            files.put(name, file);
            return file;
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
        }
    }
}
