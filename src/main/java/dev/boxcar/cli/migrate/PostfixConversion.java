// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the parameters of Postfix into settings of the relay, as far as both know the same thing. Everything else is
 * noted. One thread.
 */
final class PostfixConversion {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})([smhdw]?)");
    private static final long DAY = 86_400;
    private static final long YEAR = 365 * DAY;
    /** In seconds, the same in Postfix and here. */
    private static final long DEFAULT_LONGEST_WAIT = 4_000;

    /** An IPv4 address, or a network of such addresses, in IPv6 (RFC 4291 §2.5.5.2). */
    private static final Pattern MAPPED =
            Pattern.compile("::ffff:([0-9.]+)(?:/(9[6-9]|1[01][0-9]|12[0-8]))?", Pattern.CASE_INSENSITIVE);

    private static final int IPV4_BITS_FROM = 96;
    private static final String SMTP_PORT = "25";

    private final PostfixParameters postfix;
    private final RelaySettings settings = new RelaySettings();

    private PostfixConversion(PostfixParameters postfix) {
        this.postfix = postfix;
    }

    /** Converts; {@code passwords} says where the relay finds the passwords. */
    static RelaySettings convert(PostfixParameters postfix, PostfixPasswords passwords) throws IOException {
        var conversion = new PostfixConversion(postfix);
        conversion.names();
        conversion.access();
        conversion.listener();
        conversion.limits();
        new PostfixRouting(postfix, passwords, conversion.settings).convert();
        conversion.notes(postfix);
        return conversion.settings;
    }

    private void names() {
        String hostname = postfix.text("myhostname");
        if (!hostname.isEmpty()) {
            settings.setText("hostname", hostname);
        }
        origin(hostname);
        var masquerade = new ArrayList<String>();
        for (String domain : postfix.list("masquerade_domains")) {
            addDomain("masquerade_domains", domain, masquerade);
        }
        if (!masquerade.isEmpty()) {
            settings.setList("masquerade", masquerade);
        }
        for (String reference : postfix.tables("alias_maps")) {
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

    private void origin(String hostname) {
        String origin = postfix.text("myorigin");
        Path file = Path.of(origin);
        if (origin.startsWith("/")) {
            List<String> lines;
            try {
                lines = PostfixParameters.logicalLines(file);
            } catch (IOException e) {
                lines = List.of();
            }
            if (lines.isEmpty()) {
                settings.note("myorigin", "write the name in " + origin + " as origin");
                return;
            }
            origin = lines.get(0);
        }
        if (!origin.isEmpty() && !origin.equals(hostname)) {
            settings.setText("origin", origin);
        }
    }

    private void addDomain(String parameter, String domain, List<String> domains) {
        if (domain.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
            domains.add(domain);
        } else {
            settings.note(parameter, domain + " is not a domain");
        }
    }

    /** The words of a list, and those in the files and the keys of the tables that it names. */
    private List<String> listWithFiles(String parameter) throws IOException {
        var words = new ArrayList<String>();
        for (String word : postfix.tables(parameter)) {
            PostfixTable table = word.matches("[a-z]+:.*") ? PostfixTable.read(word) : null;
            if (word.startsWith("/") && Files.isReadable(Path.of(word))) {
                PostfixParameters.logicalLines(Path.of(word))
                        .forEach(line -> words.addAll(PostfixParameters.words(line)));
            } else if (table != null) {
                words.addAll(table.entries().keySet());
            } else {
                words.add(word);
            }
        }
        return words;
    }

    private void access() throws IOException {
        var networks = new LinkedHashSet<String>();
        for (String network : listWithFiles("mynetworks")) {
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
        for (String domain : listWithFiles("relay_domains")) {
            addDomain("relay_domains", domain, domains);
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
        List<String> interfaces = postfix.list("inet_interfaces").stream()
                .map(one -> one.equals("loopback-only") ? "localhost" : one)
                .distinct()
                .toList();
        if (interfaces.isEmpty() || interfaces.contains("all")) {
            settings.setText("smtp", "0.0.0.0:" + SMTP_PORT);
            if (!postfix.text("inet_protocols").equals("ipv4")) {
                settings.note(
                        "inet_protocols", "the relay listens at IPv4 addresses; for IPv6, too, use smtp = [::]:25");
            }
        } else {
            settings.setText("smtp", bracketed(interfaces.get(0)) + ":" + SMTP_PORT);
            if (interfaces.size() > 1) {
                settings.setList(
                        "listen",
                        interfaces.stream()
                                .skip(1)
                                .map(one -> bracketed(one) + ":" + SMTP_PORT)
                                .toList());
            }
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
        } else if (!size.isEmpty()) {
            settings.note("message_size_limit", size + " is not a number of bytes");
        }
        number("smtpd_recipient_limit", "max-recipients", 1);
        number(
                postfix.text("smtp_destination_concurrency_limit").isEmpty()
                        ? "default_destination_concurrency_limit"
                        : "smtp_destination_concurrency_limit",
                "destination-connections",
                1);
        number("smtpd_client_connection_count_limit", "max-connections-per-address", 0);
        duration("minimal_backoff_time", "s", "retry-min", DAY);
        duration("maximal_backoff_time", "s", "retry-max", DAY);
        duration("maximal_queue_lifetime", "d", "lifetime", YEAR);
        duration("bounce_queue_lifetime", "d", "bounce-lifetime", YEAR);
        duration("delay_warning_time", "h", "warn-after", YEAR);
        duration("smtpd_timeout", "s", "idle-timeout", DAY);
        waits();
    }

    /** With a longer shortest wait than the longest one, the relay would not start. */
    private void waits() {
        long shortest = seconds("minimal_backoff_time", DEFAULT_LONGEST_WAIT);
        if (settings.isSet("retry-min") && shortest > seconds("maximal_backoff_time", DEFAULT_LONGEST_WAIT)) {
            settings.set("retry-max", Math.min(shortest, DAY) + "s");
            settings.note("maximal_backoff_time", "became minimal_backoff_time, which is longer");
        }
    }

    private void number(String parameter, String key, int minimum) {
        String value = postfix.text(parameter);
        if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= minimum) {
            settings.set(key, value);
        } else if (!value.isEmpty()) {
            settings.note(parameter, value + " has no equivalent");
        }
    }

    /** A time; without a unit it is in {@code unit}, which depends on the parameter. */
    private void duration(String parameter, String unit, String key, long maxSeconds) {
        String text = postfix.text(parameter);
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            if (!text.isEmpty()) {
                settings.note(parameter, text + " is not a time");
            }
            return;
        }
        String given = time.group(2).isEmpty() ? unit : time.group(2);
        long seconds = seconds(time.group(1) + given);
        if (seconds == 0) {
            settings.note(parameter, "0 has another meaning here");
        } else if (seconds > maxSeconds) {
            settings.set(key, maxSeconds + "s");
            settings.note(parameter, text + " is more than the relay's maximum");
        } else if (given.equals("w")) {
            settings.set(key, Long.parseLong(time.group(1)) * 7 + "d");
        } else {
            settings.set(key, time.group(1) + given);
        }
    }

    /** The value of a parameter whose times are in seconds without a unit. */
    private long seconds(String parameter, long otherwise) {
        String text = postfix.text(parameter);
        return TIME.matcher(text).matches() ? seconds(text) : otherwise;
    }

    private static long seconds(String time) {
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            throw new IllegalArgumentException(time);
        }
        long factor = switch (parts.group(2)) {
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> DAY;
            case "w" -> 7 * DAY;
            default -> 1;
        };
        return Long.parseLong(parts.group(1)) * factor;
    }

    private void notes(PostfixParameters read) {
        if (read.tookMachineName()) {
            settings.note("myhostname", "is not set; other parameters refer to it, and got the name of this machine");
        }
    }
}
