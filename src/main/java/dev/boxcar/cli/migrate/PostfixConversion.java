// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the parameters of Postfix into settings of the relay, as far as both know the same thing. Everything else is
 * noted. One thread.
 */
final class PostfixConversion {
    private static final Pattern TIME = Pattern.compile("([0-9]+)([smhdw]?)");
    /** A next hop {@code [host]:port} or {@code host:port}. */
    private static final Pattern HOST =
            Pattern.compile("\\[(?:ipv6:)?([^\\]]+)](?::(.+))?|([^:\\[]+)(?::(.+))?", Pattern.CASE_INSENSITIVE);

    /** An IPv4 address, or a network of such addresses, in IPv6 (RFC 4291 §2.5.5.2). */
    private static final Pattern MAPPED =
            Pattern.compile("::ffff:([0-9.]+)(?:/(9[6-9]|1[01][0-9]|12[0-8]))?", Pattern.CASE_INSENSITIVE);

    private static final int IPV4_BITS_FROM = 96;
    private static final String SMTP_PORT = "25";

    private final PostfixParameters postfix;
    private final PostfixPasswords passwords;
    private final RelaySettings settings = new RelaySettings();

    private PostfixConversion(PostfixParameters postfix, PostfixPasswords passwords) {
        this.postfix = postfix;
        this.passwords = passwords;
    }

    /** Converts; {@code passwords} says where the relay finds the passwords. */
    static RelaySettings convert(PostfixParameters postfix, PostfixPasswords passwords) throws IOException {
        var conversion = new PostfixConversion(postfix, passwords);
        conversion.names();
        conversion.access();
        conversion.listener();
        conversion.limits();
        conversion.routing();
        return conversion.settings;
    }

    private void names() {
        String hostname = postfix.text("myhostname");
        if (!hostname.isEmpty()) {
            settings.setText("hostname", hostname);
        }
        String origin = postfix.text("myorigin");
        if (origin.startsWith("/")) {
            settings.note("myorigin", "write the name in " + origin + " as origin");
        } else if (!origin.isEmpty() && !origin.equals(hostname)) {
            settings.setText("origin", origin);
        }
        List<String> masquerade = postfix.list("masquerade_domains");
        if (!masquerade.isEmpty()) {
            settings.setList("masquerade", masquerade);
        }
        for (String reference : postfix.list("alias_maps")) {
            Path file = PostfixTable.isReadable(reference) ? PostfixTable.file(reference) : null;
            if (file != null && !settings.isSet("aliases")) {
                settings.setText("aliases", file.toString());
            } else {
                settings.note("alias_maps", reference + " is not read");
            }
        }
        String helo = postfix.text("smtp_helo_name");
        if (!helo.isEmpty() && !helo.equals(hostname)) {
            settings.note("smtp_helo_name", "the relay says its hostname in EHLO");
        }
        if (!postfix.list("mydestination").isEmpty()) {
            settings.note(
                    "mydestination", "the relay delivers nothing locally; send these domains somewhere by routes");
        }
    }

    private void access() {
        var networks = new LinkedHashSet<String>();
        for (String network : postfix.list("mynetworks")) {
            if (network.startsWith("!") || !network.matches("[\\[\\]0-9A-Fa-f:./]+")) {
                settings.note("mynetworks", network + " is not an address or network");
            } else {
                networks.add(withoutMapping(network.replace("[", "").replace("]", "")));
            }
        }
        if (!networks.isEmpty()) {
            networks.add("local"); // programs on this machine, as with Postfix's sendmail
            settings.setList("networks", List.copyOf(networks));
        }
        var domains = new ArrayList<String>();
        for (String domain : postfix.list("relay_domains")) {
            if (domain.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
                domains.add(domain);
            } else {
                settings.note("relay_domains", domain + " is not a domain");
            }
        }
        if (!domains.isEmpty()) {
            settings.setList("relay-domains", domains);
        }
    }

    /** IPv4 networks in their IPv6 form are the same networks for the relay; Debian's main.cf has one. */
    private static String withoutMapping(String network) {
        Matcher mapped = MAPPED.matcher(network);
        if (!mapped.matches()) {
            return network;
        }
        String bits = mapped.group(2);
        return mapped.group(1) + (bits == null ? "" : "/" + (Integer.parseInt(bits) - IPV4_BITS_FROM));
    }

    private void listener() {
        List<String> interfaces = postfix.list("inet_interfaces");
        if (interfaces.contains("loopback-only") || interfaces.contains("localhost")) {
            settings.setText("smtp", "localhost:" + SMTP_PORT);
        } else if (interfaces.isEmpty() || interfaces.contains("all")) {
            settings.setText("smtp", "0.0.0.0:" + SMTP_PORT);
        } else {
            settings.setText("smtp", bracketed(interfaces.get(0)) + ":" + SMTP_PORT);
            interfaces.stream().skip(1).forEach(other -> settings.note("inet_interfaces", other + " needs a listen"));
        }
        String certificate = postfix.text("smtpd_tls_cert_file");
        String key = postfix.text("smtpd_tls_key_file");
        if (!certificate.isEmpty()
                && !certificate.equals("none")
                && !postfix.text("smtpd_tls_security_level").equals("none")) {
            settings.setText("tls-cert", certificate);
            settings.setText("tls-key", key.isEmpty() ? certificate : key);
            if (postfix.text("smtpd_tls_security_level").equals("encrypt")) {
                settings.set("tls-required", "true");
            }
        }
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private void limits() {
        String size = postfix.text("message_size_limit");
        if (size.matches("[0-9]+") && !size.equals("0")) {
            settings.set("max-message-size", size);
        } else if (size.equals("0")) {
            settings.note("message_size_limit", "the relay always has a limit");
        }
        number("smtpd_recipient_limit", "max-recipients");
        number("smtp_destination_concurrency_limit", "destination-connections");
        number("smtpd_client_connection_count_limit", "max-connections-per-address");
        duration("minimal_backoff_time", "s", "retry-min");
        duration("maximal_backoff_time", "s", "retry-max");
        duration("maximal_queue_lifetime", "d", "lifetime");
        duration("bounce_queue_lifetime", "d", "bounce-lifetime");
        duration("delay_warning_time", "h", "warn-after");
        duration("smtpd_timeout", "s", "idle-timeout");
    }

    private void number(String parameter, String key) {
        String value = postfix.text(parameter);
        if (value.matches("[0-9]+")) {
            settings.set(key, value);
        }
    }

    /** A time; without a unit it is in {@code unit}, which depends on the parameter. */
    private void duration(String parameter, String unit, String key) {
        Matcher time = TIME.matcher(postfix.text(parameter));
        if (!time.matches()) {
            return;
        }
        long number = Long.parseLong(time.group(1));
        String given = time.group(2).isEmpty() ? unit : time.group(2);
        if (number == 0) {
            settings.note(parameter, "0 has another meaning here");
        } else if (given.equals("w")) {
            settings.set(key, number * 7 + "d");
        } else {
            settings.set(key, number + given);
        }
    }

    // ---- routes

    private void routing() throws IOException {
        passwords.noteUnread(settings);
        String level = level();
        String authorities = postfix.text("smtp_tls_CAfile");
        if (!authorities.isEmpty()) {
            settings.setText("smarthost-tls-ca", authorities);
        }
        var hops = new LinkedHashMap<String, String>();
        for (Map.Entry<String, String> entry : table("transport_maps").entrySet()) {
            String via = transport(entry.getKey(), entry.getValue(), level, hops);
            if (via != null) {
                settings.addRoute("to = " + RelaySettings.quoted(pattern(entry.getKey())), via);
            }
        }
        for (Map.Entry<String, String> entry :
                table("sender_dependent_relayhost_maps").entrySet()) {
            if (!entry.getValue().equalsIgnoreCase("DUNNO")) {
                settings.addRoute(
                        "from = " + RelaySettings.quoted(pattern(entry.getKey())),
                        smarthost(entry.getKey(), entry.getValue(), level, hops));
            }
        }
        String relayhost = postfix.text("relayhost");
        if (relayhost.isEmpty()) {
            settings.addRoute("", "mx");
        } else {
            settings.addRoute("", smarthost("", relayhost, level, hops));
        }
    }

    /** The level of TLS of all smarthosts. */
    private String level() {
        String level = postfix.text("smtp_tls_security_level");
        if (level.isEmpty()) {
            level = postfix.isYes("smtp_enforce_tls") ? "encrypt" : postfix.isYes("smtp_use_tls") ? "may" : "none";
        }
        return switch (level) {
            case "none" -> "none";
            case "may" -> "opportunistic";
            case "encrypt" -> "required";
            case "verify", "secure" -> "verified";
            default -> {
                settings.note("smtp_tls_security_level", level + " became required");
                yield "required";
            }
        };
    }

    private Map<String, String> table(String parameter) throws IOException {
        var entries = new LinkedHashMap<String, String>();
        for (String reference : postfix.list(parameter)) {
            if (PostfixTable.isReadable(reference)) {
                PostfixTable.read(reference).entries().forEach(entries::putIfAbsent);
            } else {
                settings.note(parameter, "cannot read the text of " + reference);
            }
        }
        return entries;
    }

    /** The glob for a key of a table: an address, {@code @domain}, a domain, or {@code .domain} for those below it. */
    private static String pattern(String key) {
        return key.equals("*")
                ? "*"
                : key.startsWith("@")
                        ? "*" + key
                        : key.startsWith(".") ? "*@*" + key : key.contains("@") ? key : "*@" + key;
    }

    /** The target of an entry {@code transport:nexthop} (transport(5)); null if the relay has no such thing. */
    private @Nullable String transport(String key, String value, String level, Map<String, String> hops)
            throws IOException {
        String[] parts = value.split(":", 2);
        String nextHop = parts.length > 1 ? parts[1].strip() : "";
        switch (parts[0]) {
            case "smtp", "relay", "" -> {
                return nextHop.isEmpty() ? "mx" : smarthost(key, nextHop, level, hops);
            }
            case "lmtp" -> {
                return "lmtp:" + nextHop.replaceFirst("^unix:", "").replaceFirst("^inet:", "");
            }
            case "error" -> {
                return "error:" + (nextHop.matches("5\\.[0-9]+\\.[0-9]+ .*") ? nextHop : "5.4.4 " + nextHop).strip();
            }
            case "discard" -> {
                return "discard";
            }
            default -> {
                settings.note("transport_maps", key + " " + value + ": the relay has no transport " + parts[0]);
                return null;
            }
        }
    }

    /** The name of the smarthost for a next hop {@code [host]:port}, which is added if it is new. */
    private String smarthost(String key, String nextHop, String level, Map<String, String> hops) throws IOException {
        String credentials = passwords.fileFor(key, nextHop, settings);
        String identity = nextHop + " " + credentials;
        String known = hops.get(identity);
        if (known != null) {
            return known;
        }
        String name = hops.isEmpty() && key.isEmpty() ? "main" : "hop" + (hops.size() + 1);
        hops.put(identity, name);
        List<String> addresses = addresses(nextHop);
        if (addresses.isEmpty()) {
            return name;
        }
        String used = level;
        if (!credentials.isEmpty() && level.equals("none")) {
            used = "required";
            settings.note(
                    "smtp_tls_security_level", "none became required, as the relay never sends a password in clear");
        }
        settings.addSmarthost(
                name,
                "hosts = [ " + hosts(addresses) + " ], tls = " + used
                        + (credentials.isEmpty() ? "" : ", auth-file = " + RelaySettings.quoted(credentials)));
        if (postfix.isYes("smtp_tls_wrappermode") && addresses.stream().anyMatch(one -> !one.endsWith(":465"))) {
            settings.note("smtp_tls_wrappermode", "the relay uses implicit TLS at port 465 only");
        }
        return name;
    }

    /** The hosts of a next hop, each with its port; Postfix tries several in their order. */
    private List<String> addresses(String nextHop) {
        var addresses = new ArrayList<String>();
        for (String one : nextHop.split("[,\\s]+", -1)) {
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
