// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mailpit's environment variables that mean the same as an option of ours, so that the settings of a container carry
 * over. A variable that is not named here counts as absent. Immutable; any thread.
 */
final class MailpitVariables {
    /** What a variable's value is to the option; an empty result counts as absent. */
    private record Variable(String name, UnaryOperator<String> value) {
        Variable(String name) {
            this(name, UnaryOperator.identity());
        }
    }

    private static final String TLS_FIRST = "MP_SMTP_REQUIRE_TLS";
    private static final Set<String> TRUE = Set.of("1", "true", "yes");

    private static final Map<String, List<Variable>> BY_OPTION = Map.ofEntries(
            Map.entry("--smtp", List.of(new Variable("MP_SMTP_BIND_ADDR"))),
            Map.entry("--http", List.of(new Variable("MP_UI_BIND_ADDR"))),
            Map.entry("--spool", List.of(new Variable("MP_DATABASE", MailpitVariables::spool))),
            Map.entry("--max-message-size", List.of(new Variable("MP_MAX_MESSAGE_SIZE", MailpitVariables::megabytes))),
            Map.entry("--max-recipients", List.of(new Variable("MP_SMTP_MAX_RECIPIENTS"))),
            Map.entry("--max-messages", List.of(new Variable("MP_MAX_MESSAGES"))),
            Map.entry("--max-age", List.of(new Variable("MP_MAX_AGE"))),
            Map.entry("--auth-file", List.of(new Variable("MP_SMTP_AUTH_FILE"))),
            Map.entry("--auth-accept-any", List.of(new Variable("MP_SMTP_AUTH_ACCEPT_ANY", MailpitVariables::truth))),
            Map.entry(
                    "--auth-allow-insecure",
                    List.of(new Variable("MP_SMTP_AUTH_ALLOW_INSECURE", MailpitVariables::truth))),
            // where Mailpit is given users, nobody else may send mail
            Map.entry(
                    "--auth-required",
                    List.of(
                            new Variable(AuthOptions.USERS_VARIABLE, value -> "true"),
                            new Variable("MP_SMTP_AUTH_FILE", value -> "true"))),
            Map.entry("--tls-cert", List.of(new Variable("MP_SMTP_TLS_CERT"))),
            Map.entry("--tls-key", List.of(new Variable("MP_SMTP_TLS_KEY"))),
            Map.entry("--tls-required", List.of(new Variable("MP_SMTP_REQUIRE_STARTTLS", MailpitVariables::yes))),
            Map.entry("--allow-recipients", List.of(new Variable("MP_SMTP_ALLOWED_RECIPIENTS"))),
            Map.entry("--http-tls-cert", List.of(new Variable("MP_UI_TLS_CERT"))),
            Map.entry("--http-tls-key", List.of(new Variable("MP_UI_TLS_KEY"))),
            Map.entry("--web-root", List.of(new Variable("MP_WEBROOT"))),
            Map.entry("--api-cors", List.of(new Variable("MP_API_CORS"))),
            Map.entry("--ui-auth", List.of(new Variable("MP_UI_AUTH"))),
            Map.entry("--ui-auth-file", List.of(new Variable("MP_UI_AUTH_FILE"))),
            Map.entry("--label", List.of(new Variable("MP_LABEL"))),
            Map.entry("--webhook-url", List.of(new Variable("MP_WEBHOOK_URL"))),
            Map.entry("--enable-chaos", List.of(new Variable("MP_ENABLE_CHAOS", MailpitVariables::truth))),
            Map.entry("--chaos-triggers", List.of(new Variable("MP_CHAOS_TRIGGERS"))),
            Map.entry(
                    "--release-tls",
                    List.of(
                            new Variable(
                                    "MP_SMTP_RELAY_STARTTLS",
                                    value -> yes(value).isEmpty() ? "" : "starttls"),
                            new Variable(
                                    "MP_SMTP_RELAY_TLS", value -> yes(value).isEmpty() ? "" : "implicit"))),
            Map.entry(
                    "--release-tls-insecure",
                    List.of(new Variable("MP_SMTP_RELAY_ALLOW_INSECURE", MailpitVariables::yes))),
            Map.entry("--release-return-path", List.of(new Variable("MP_SMTP_RELAY_RETURN_PATH"))),
            Map.entry("--release-allow", List.of(new Variable("MP_SMTP_RELAY_ALLOWED_RECIPIENTS"))),
            Map.entry("--release-block", List.of(new Variable("MP_SMTP_RELAY_BLOCKED_RECIPIENTS"))),
            Map.entry(
                    "--log-level",
                    List.of(
                            new Variable("MP_VERBOSE", value -> truth(value).equals("true") ? "debug" : ""),
                            new Variable("MP_QUIET", value -> truth(value).equals("true") ? "error" : ""))));

    private MailpitVariables() {}

    /**
     * The value that Mailpit's variables give an option, and the variable's name as its origin; null where they give
     * none.
     */
    static ConfigFile.@Nullable Entry entry(String option, Map<String, String> environment) {
        if (option.equals("--release-to")) {
            return joined("MP_SMTP_RELAY_HOST", "MP_SMTP_RELAY_PORT", "25", environment);
        }
        if (option.equals("--smtps") || (option.equals("--smtp") && isTlsFirst(environment))) {
            return tlsFirst(option, environment);
        }
        if (option.equals("--release-auth")) {
            if (environment.getOrDefault("MP_SMTP_RELAY_AUTH", "").equalsIgnoreCase("none")) {
                return null;
            }
            return joined("MP_SMTP_RELAY_USERNAME", "MP_SMTP_RELAY_PASSWORD", "", environment);
        }
        for (Variable variable : BY_OPTION.getOrDefault(option, List.of())) {
            String value = environment.getOrDefault(variable.name(), "");
            String meant = value.isEmpty() ? "" : variable.value().apply(value);
            if (!meant.isEmpty()) {
                return new ConfigFile.Entry(meant, variable.name());
            }
        }
        return null;
    }

    private static boolean isTlsFirst(Map<String, String> environment) {
        return truth(environment.getOrDefault(TLS_FIRST, "")).equals("true");
    }

    /** Where TLS must come first, the one listener is one of {@code --smtps}. */
    private static ConfigFile.@Nullable Entry tlsFirst(String option, Map<String, String> environment) {
        if (!isTlsFirst(environment)) {
            return null;
        }
        String where = environment.getOrDefault("MP_SMTP_BIND_ADDR", "");
        String listener = where.isEmpty() ? "localhost:1025" : where;
        return new ConfigFile.Entry(option.equals("--smtps") ? listener : "off", TLS_FIRST);
    }

    /** The names of all variables that are read. */
    static List<String> names() {
        return Stream.concat(
                        Stream.of(
                                TLS_FIRST,
                                "MP_SMTP_RELAY_HOST",
                                "MP_SMTP_RELAY_PORT",
                                "MP_SMTP_RELAY_USERNAME",
                                "MP_SMTP_RELAY_PASSWORD",
                                "MP_SMTP_RELAY_AUTH"),
                        BY_OPTION.values().stream().flatMap(List::stream).map(Variable::name))
                .sorted()
                .toList();
    }

    /** Two variables that are one value of ours. */
    private static ConfigFile.@Nullable Entry joined(
            String first, String second, String otherwise, Map<String, String> environment) {
        String front = environment.getOrDefault(first, "");
        String back = environment.getOrDefault(second, "");
        String host =
                front.contains(":") && first.endsWith("HOST") && !front.startsWith("[") ? "[" + front + "]" : front;
        return front.isEmpty() ? null : new ConfigFile.Entry(host + ":" + (back.isEmpty() ? otherwise : back), first);
    }

    private static String megabytes(String value) {
        return value.matches("[0-9]+") ? value + "MiB" : value;
    }

    /** For options that are there or not. */
    private static String yes(String value) {
        return truth(value).equals("true") ? "true" : "";
    }

    private static String truth(String value) {
        return TRUE.contains(value.strip().toLowerCase(Locale.ROOT)) ? "true" : "false";
    }

    /**
     * A directory beside the database file, so that it is on the same volume; a database elsewhere is nothing to us.
     */
    private static String spool(String database) {
        if (database.contains("://")) {
            return "";
        }
        return database.endsWith(".db") ? database.substring(0, database.length() - 3) + ".spool" : database + ".spool";
    }
}
