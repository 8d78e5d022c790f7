// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to unsubscribe from the list that sent a message (RFC 2369 §3.2, RFC 8058). Immutable.
 *
 * @param header the value of List-Unsubscribe, or empty
 * @param links its links in order: {@code mailto:}, {@code https:} and {@code http:}
 * @param errors what is wrong with the header fields, or empty
 * @param headerPost the value of List-Unsubscribe-Post, or empty
 */
public record ListUnsubscribe(String header, List<String> links, String errors, String headerPost) {
    private static final Pattern LINK = Pattern.compile("<([^<>]*)>");
    private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
    private static final List<String> SCHEMES = List.of("mailto", "https", "http");

    static ListUnsubscribe of(Headers headers) {
        String header = headers.first("List-Unsubscribe");
        String post = headers.first("List-Unsubscribe-Post");
        if (header.isBlank()) {
            String errors = post.isBlank() ? "" : "List-Unsubscribe-Post without List-Unsubscribe";
            return new ListUnsubscribe("", List.of(), errors, post);
        }
        var links = new ArrayList<String>();
        var errors = new ArrayList<String>();
        Matcher link = LINK.matcher(header);
        while (link.find()) {
            String text = link.group(1).replaceAll("\\s", ""); // RFC 2369 §2: white space inside is ignored
            if (isLink(text)) {
                links.add(text);
            } else {
                errors.add("invalid link: " + text);
            }
        }
        if (links.isEmpty() && errors.isEmpty()) {
            errors.add("no link between < and >");
        } else if (!isList(header)) {
            errors.add("expected only links between < and >, separated by commas");
        }
        if (!post.isBlank()) {
            checkPost(post, links, errors);
        }
        return new ListUnsubscribe(header, List.copyOf(links), String.join(", ", errors), post);
    }

    /** Checks that one-click unsubscription is possible (RFC 8058 §3.1). */
    private static void checkPost(String post, List<String> links, List<String> errors) {
        if (!post.strip().equalsIgnoreCase("List-Unsubscribe=One-Click")) {
            errors.add("List-Unsubscribe-Post is not List-Unsubscribe=One-Click");
        }
        if (links.stream().noneMatch(link -> link.toLowerCase(Locale.ROOT).startsWith("https:"))) {
            errors.add("List-Unsubscribe-Post needs an https link");
        }
    }

    /** Whether there is nothing beside the links but commas between them, white space and comments (RFC 2369 §2). */
    private static boolean isList(String header) {
        String marked = LINK.matcher(header).replaceAll("<>");
        return COMMENT.matcher(marked).replaceAll("").replaceAll("\\s", "").matches("<>(,<>)*,?");
    }

    private static boolean isLink(String text) {
        try {
            String scheme = new URI(text).getScheme();
            return scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
