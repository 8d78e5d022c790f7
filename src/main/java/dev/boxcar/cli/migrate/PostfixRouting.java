// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the next hops of Postfix into smarthosts and routes. Postfix looks a table up with the most specific key first,
 * whatever the order of the file; of our routes, the first that matches counts. One thread.
 */
final class PostfixRouting {
    /** A next hop {@code [host]:port} or {@code host:port}. */
    private static final Pattern HOST =
            Pattern.compile("\\[(?:ipv6:)?([^\\]]+)](?::(.+))?|([^:\\[]+)(?::(.+))?", Pattern.CASE_INSENSITIVE);

    private static final String TRANSPORTS = "transport_maps";
    private static final String SENDERS = "sender_dependent_relayhost_maps";
    private static final String MX = "mx";
    private static final String SMTP_PORT = "25";
    private static final String LMTP_PORT = "24";

    private final PostfixParameters postfix;
    private final PostfixPasswords passwords;
    private final RelaySettings settings;
    private final PostfixTlsPolicies policies;
    /** The names of the smarthosts, by next hop and log-in. */
    private final Map<String, String> hops = new LinkedHashMap<>();

    private boolean usesMx;

    PostfixRouting(PostfixParameters postfix, PostfixPasswords passwords, RelaySettings settings) throws IOException {
        this.postfix = postfix;
        this.passwords = passwords;
        this.settings = settings;
        this.policies = new PostfixTlsPolicies(postfix, settings);
    }

    /** Adds all smarthosts and routes. */
    void convert() throws IOException {
        passwords.noteUnread(settings);
        String authorities = postfix.text("smtp_tls_CAfile");
        if (!authorities.isEmpty()) {
            settings.setText("smarthost-tls-ca", authorities);
        }
        Map<String, String> transports = table(TRANSPORTS);
        for (String key : mostSpecificFirst(transports.keySet())) {
            String via = transport(key, transports.getOrDefault(key, ""));
            if (via != null) {
                settings.addRoute("to = " + RelaySettings.quoted(pattern(key)), via);
            }
        }
        senders();
        settings.addRoute("", smarthostOrMx("", postfix.text("relayhost")));
        policies.note(usesMx);
    }

    /** Senders with a relay host or a password of their own. */
    private void senders() throws IOException {
        Map<String, String> relayhosts = table(SENDERS);
        var senders = new ArrayList<>(relayhosts.keySet());
        passwords.senders().stream()
                .filter(sender -> !relayhosts.containsKey(sender))
                .forEach(senders::add);
        for (String sender : mostSpecificFirst(senders)) {
            String ofDomain = relayhosts.get(sender.substring(Math.max(0, sender.indexOf('@'))));
            String given = relayhosts.getOrDefault(sender, ofDomain == null ? "DUNNO" : ofDomain);
            String nextHop = given.equalsIgnoreCase("DUNNO") ? postfix.text("relayhost") : given;
            settings.addRoute("from = " + RelaySettings.quoted(pattern(sender)), smarthostOrMx(sender, nextHop));
        }
    }

    private Map<String, String> table(String parameter) throws IOException {
        var entries = new LinkedHashMap<String, String>();
        for (String reference : postfix.tables(parameter)) {
            PostfixTable table = PostfixTable.read(reference);
            if (table != null) {
                table.entries().forEach(entries::putIfAbsent);
            } else {
                settings.note(parameter, "cannot read the text of " + PostfixTable.shown(reference));
            }
        }
        return entries;
    }

    /** Addresses, then domains, then domains with those below them, the longest first, then everything. */
    private static List<String> mostSpecificFirst(Iterable<String> keys) {
        var sorted = new ArrayList<String>();
        keys.forEach(sorted::add);
        sorted.sort(Comparator.comparingInt(PostfixRouting::rank)
                .thenComparingInt(key -> key.startsWith(".") ? -key.length() : 0));
        return sorted;
    }

    private static int rank(String key) {
        return key.equals(PostfixTable.ANY) ? 3 : key.startsWith(".") ? 2 : key.indexOf('@') > 0 ? 0 : 1;
    }

    /** The glob for a key of a table: an address, {@code @domain}, a domain, or {@code .domain} for those below it. */
    private static String pattern(String key) {
        if (key.equals(PostfixTable.ANY) || key.equals("<>") || key.indexOf('@') > 0) {
            return key;
        }
        return key.startsWith("@") ? "*" + key : key.startsWith(".") ? "*@*" + key : "*@" + key;
    }

    /** The target of an entry {@code transport:nexthop} (transport(5)); null if the relay has no such thing. */
    private @Nullable String transport(String key, String value) throws IOException {
        String[] parts = value.split(":", 2);
        String nextHop = parts.length > 1 ? parts[1].strip() : "";
        switch (parts[0].strip()) {
            case "" -> { // without a next hop: as if there were no such entry
                if (nextHop.isEmpty() && !postfix.list(SENDERS).isEmpty()) {
                    settings.note(TRANSPORTS, key + " " + value + ": the route does not depend on the sender");
                }
                return smarthostOrMx("", nextHop.isEmpty() ? postfix.text("relayhost") : nextHop);
            }
            case "smtp", "relay" -> {
                return smarthostOrMx("", nextHop);
            }
            case "lmtp" -> {
                return lmtp(nextHop);
            }
            case "error" -> {
                return "error:" + (nextHop.matches("5\\.[0-9]+\\.[0-9]+ .*") ? nextHop : "5.4.4 " + nextHop).strip();
            }
            case "discard" -> {
                return "discard";
            }
            default -> {
                settings.note(TRANSPORTS, key + " " + value + ": the relay has no transport " + parts[0]);
                return null;
            }
        }
    }

    /** The path of a socket is relative to the queue directory, in which Postfix runs. */
    private String lmtp(String nextHop) {
        if (nextHop.startsWith("unix:") || nextHop.startsWith("/")) {
            String path = nextHop.replaceFirst("^unix:", "");
            String directory = postfix.text("queue_directory");
            return "lmtp:"
                    + (path.startsWith("/")
                            ? path
                            : (directory.isEmpty() ? "/var/spool/postfix" : directory) + "/" + path);
        }
        Matcher host = HOST.matcher(nextHop.replaceFirst("^inet:", ""));
        if (!host.matches()) {
            return "lmtp:" + nextHop;
        }
        String port = host.group(1) != null ? host.group(2) : host.group(4);
        return "lmtp:" + bracketed(host.group(1) != null ? host.group(1) : host.group(3)) + ":"
                + (port == null ? LMTP_PORT : port(port));
    }

    private String smarthostOrMx(String sender, String nextHop) throws IOException {
        List<String> nextHops = PostfixParameters.words(nextHop);
        if (nextHops.isEmpty()) {
            usesMx = true;
            if (passwords.senders().contains(sender)) {
                settings.note(SENDERS, sender + " has a password, but no relay host");
            }
            return MX;
        }
        return smarthost(sender, nextHops);
    }

    /** The name of the smarthost for these next hops, which is added if it is new. */
    private String smarthost(String sender, List<String> nextHops) throws IOException {
        String credentials = passwords.fileFor(sender, nextHops, settings);
        String identity = String.join(",", nextHops).toLowerCase(Locale.ROOT) + " " + credentials;
        String known = hops.get(identity);
        if (known != null) {
            return known;
        }
        boolean isForAll = sender.isEmpty() && nextHops.equals(postfix.list("relayhost"));
        String name = isForAll ? "main" : "hop" + (hops.size() + 1);
        hops.put(identity, name);
        List<String> addresses = addresses(nextHops);
        if (addresses.isEmpty()) {
            return name;
        }
        String level = policies.of(nextHops);
        if (!credentials.isEmpty() && level.equals("none")) {
            level = "required";
            settings.note(
                    "smtp_tls_security_level", "none became required, as the relay never sends a password in clear");
        }
        settings.addSmarthost(
                name,
                "hosts = [ " + hosts(addresses) + " ], tls = " + level
                        + (credentials.isEmpty() ? "" : ", auth-file = " + RelaySettings.quoted(credentials)));
        if (postfix.isYes("smtp_tls_wrappermode") && addresses.stream().anyMatch(one -> !one.endsWith(":465"))) {
            settings.note("smtp_tls_wrappermode", "the relay uses implicit TLS at port 465 only");
        }
        return name;
    }

    /** The hosts of these next hops, each with its port; Postfix tries several in their order. */
    private List<String> addresses(List<String> nextHops) {
        var addresses = new ArrayList<String>();
        for (String one : nextHops) {
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                settings.note("relayhost", one + " is not a host");
                continue;
            }
            if (host.group(3) != null) {
                settings.note(
                        "relayhost",
                        "Postfix looks up the MX records of " + one + "; the relay connects to the"
                                + " host of this name, as if it were in brackets");
            }
            String port = port(host.group(1) != null ? host.group(2) : host.group(4));
            addresses.add(bracketed(host.group(1) != null ? host.group(1) : host.group(3)) + ":" + port);
        }
        return addresses;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String hosts(List<String> addresses) {
        var hosts = new StringJoiner(", ");
        for (int i = 0; i < addresses.size(); i++) {
            String preference = addresses.size() == 1 ? "" : ", preference = " + (i + 1);
            hosts.add("{ host = " + RelaySettings.quoted(addresses.get(i)) + preference + " }");
        }
        return hosts.toString();
    }

    private static String port(@Nullable String text) {
        return text == null
                ? SMTP_PORT
                : switch (text) {
                    case "smtp" -> SMTP_PORT;
                    case "submission" -> "587";
                    case "smtps", "submissions" -> "465";
                    default -> text;
                };
    }
}
