// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Mailpit's environment variables that have the same meaning as one of Boxcar's options, so that the settings of a
 * container keep working. Other variables are ignored. Immutable; any thread.
 */
public final class MailpitVariables {
    /** A variable, and how its value is converted to the option's value; an empty result means not set. */
    private record Variable(String name, UnaryOperator<String> conversion) {
        Variable(String name) {
            this(name, UnaryOperator.identity());
        }
    }

    /**
     * Mailpit's SMTP users in clear text: {@code user:password} pairs separated by spaces. There is no option for them,
     * because other users of the machine can see a command line.
     */
    public static final String SMTP_USERS = "MP_SMTP_AUTH";

    private static final String IMPLICIT_TLS = "MP_SMTP_REQUIRE_TLS";
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
            Map.entry(
                    "--auth-accept-any",
                    List.of(new Variable("MP_SMTP_AUTH_ACCEPT_ANY", MailpitVariables::trueOrFalse))),
            Map.entry(
                    "--auth-allow-insecure",
                    List.of(new Variable("MP_SMTP_AUTH_ALLOW_INSECURE", MailpitVariables::trueOrFalse))),
            // if Mailpit has users, clients must authenticate
            Map.entry(
                    "--auth-required",
                    List.of(
                            new Variable(SMTP_USERS, value -> "true"),
                            new Variable("MP_SMTP_AUTH_FILE", value -> "true"))),
            Map.entry("--tls-cert", List.of(new Variable("MP_SMTP_TLS_CERT"))),
            Map.entry("--tls-key", List.of(new Variable("MP_SMTP_TLS_KEY"))),
            Map.entry(
                    "--tls-required", List.of(new Variable("MP_SMTP_REQUIRE_STARTTLS", MailpitVariables::trueOrEmpty))),
            Map.entry("--allow-recipients", List.of(new Variable("MP_SMTP_ALLOWED_RECIPIENTS"))),
            Map.entry("--http-tls-cert", List.of(new Variable("MP_UI_TLS_CERT"))),
            Map.entry("--http-tls-key", List.of(new Variable("MP_UI_TLS_KEY"))),
            Map.entry("--web-root", List.of(new Variable("MP_WEBROOT"))),
            Map.entry("--api-cors", List.of(new Variable("MP_API_CORS"))),
            Map.entry("--ui-auth", List.of(new Variable("MP_UI_AUTH"))),
            Map.entry("--ui-auth-file", List.of(new Variable("MP_UI_AUTH_FILE"))),
            Map.entry("--label", List.of(new Variable("MP_LABEL"))),
            Map.entry("--webhook-url", List.of(new Variable("MP_WEBHOOK_URL"))),
            Map.entry("--enable-chaos", List.of(new Variable("MP_ENABLE_CHAOS", MailpitVariables::trueOrFalse))),
            Map.entry("--chaos-triggers", List.of(new Variable("MP_CHAOS_TRIGGERS"))),
            Map.entry(
                    "--release-tls",
                    List.of(
                            new Variable(
                                    "MP_SMTP_RELAY_STARTTLS",
                                    value -> trueOrEmpty(value).isEmpty() ? "" : "starttls"),
                            new Variable(
                                    "MP_SMTP_RELAY_TLS",
                                    value -> trueOrEmpty(value).isEmpty() ? "" : "implicit"))),
            Map.entry(
                    "--release-tls-insecure",
                    List.of(new Variable("MP_SMTP_RELAY_ALLOW_INSECURE", MailpitVariables::trueOrEmpty))),
            Map.entry("--release-return-path", List.of(new Variable("MP_SMTP_RELAY_RETURN_PATH"))),
            Map.entry("--release-allow", List.of(new Variable("MP_SMTP_RELAY_ALLOWED_RECIPIENTS"))),
            Map.entry("--release-block", List.of(new Variable("MP_SMTP_RELAY_BLOCKED_RECIPIENTS"))),
            Map.entry(
                    "--link-check-internal",
                    List.of(new Variable("MP_ALLOW_INTERNAL_HTTP_REQUESTS", MailpitVariables::trueOrEmpty))),
            Map.entry("--spamd", List.of(new Variable("MP_ENABLE_SPAMASSASSIN", value -> isSpamd(value) ? value : ""))),
            Map.entry("--release-all", List.of(new Variable("MP_SMTP_RELAY_ALL", MailpitVariables::trueOrEmpty))),
            Map.entry("--release-matching", List.of(new Variable("MP_SMTP_RELAY_MATCHING"))),
            Map.entry("--forward-to", List.of(new Variable("MP_SMTP_FORWARD_TO"))),
            Map.entry(
                    "--forward-tls",
                    List.of(
                            new Variable(
                                    "MP_SMTP_FORWARD_STARTTLS",
                                    value -> trueOrEmpty(value).isEmpty() ? "" : "starttls"),
                            new Variable(
                                    "MP_SMTP_FORWARD_TLS",
                                    value -> trueOrEmpty(value).isEmpty() ? "" : "implicit"))),
            Map.entry(
                    "--forward-tls-insecure",
                    List.of(new Variable("MP_SMTP_FORWARD_ALLOW_INSECURE", MailpitVariables::trueOrEmpty))),
            Map.entry("--forward-return-path", List.of(new Variable("MP_SMTP_FORWARD_RETURN_PATH"))),
            Map.entry("--tag", List.of(new Variable("MP_TAG"))),
            Map.entry("--tags-config", List.of(new Variable("MP_TAGS_CONFIG"))),
            Map.entry(
                    "--log-level",
                    List.of(
                            new Variable(
                                    "MP_VERBOSE", value -> trueOrFalse(value).equals("true") ? "debug" : ""),
                            new Variable("MP_QUIET", value -> trueOrFalse(value).equals("true") ? "error" : ""))));

    private MailpitVariables() {}

    /** The value that Mailpit's variables give an option, with the variable's name as origin; null if none is set. */
    public static ConfigFile.@Nullable Entry entry(String option, Map<String, String> environment) {
        if (option.equals("--release-to")) {
            return joined("MP_SMTP_RELAY_HOST", "MP_SMTP_RELAY_PORT", "25", environment);
        }
        if (option.equals("--smtps") || (option.equals("--smtp") && requiresImplicitTls(environment))) {
            return implicitTls(option, environment);
        }
        if (option.equals("--forward-server")) {
            return joined("MP_SMTP_FORWARD_HOST", "MP_SMTP_FORWARD_PORT", "25", environment);
        }
        if (option.equals("--release-auth") || option.equals("--forward-auth")) {
            String prefix = option.equals("--release-auth") ? "MP_SMTP_RELAY_" : "MP_SMTP_FORWARD_";
            if (environment.getOrDefault(prefix + "AUTH", "").equalsIgnoreCase("none")) {
                return null;
            }
            return joined(prefix + "USERNAME", prefix + "PASSWORD", "", environment);
        }
        for (Variable variable : BY_OPTION.getOrDefault(option, List.of())) {
            String value = environment.getOrDefault(variable.name(), "");
            String converted = value.isEmpty() ? "" : variable.conversion().apply(value);
            if (!converted.isEmpty()) {
                return new ConfigFile.Entry(converted, variable.name());
            }
        }
        return null;
    }

    private static boolean requiresImplicitTls(Map<String, String> environment) {
        return trueOrFalse(environment.getOrDefault(IMPLICIT_TLS, "")).equals("true");
    }

    /** If Mailpit requires implicit TLS, its one listener becomes that of {@code --smtps}. */
    private static ConfigFile.@Nullable Entry implicitTls(String option, Map<String, String> environment) {
        if (!requiresImplicitTls(environment)) {
            return null;
        }
        String address = environment.getOrDefault("MP_SMTP_BIND_ADDR", "");
        String listener = address.isEmpty() ? "localhost:1025" : address;
        return new ConfigFile.Entry(option.equals("--smtps") ? listener : "off", IMPLICIT_TLS);
    }

    /** The names of all supported variables by option, sorted. */
    public static SortedMap<String, List<String>> namesByOption() {
        var names = new TreeMap<String, List<String>>();
        BY_OPTION.forEach((option, variables) ->
                names.put(option, variables.stream().map(Variable::name).toList()));
        names.put("--smtps", List.of(IMPLICIT_TLS));
        names.put("--release-to", List.of("MP_SMTP_RELAY_HOST", "MP_SMTP_RELAY_PORT"));
        names.put("--release-auth", List.of("MP_SMTP_RELAY_USERNAME", "MP_SMTP_RELAY_PASSWORD", "MP_SMTP_RELAY_AUTH"));
        names.put("--forward-server", List.of("MP_SMTP_FORWARD_HOST", "MP_SMTP_FORWARD_PORT"));
        names.put(
                "--forward-auth",
                List.of("MP_SMTP_FORWARD_USERNAME", "MP_SMTP_FORWARD_PASSWORD", "MP_SMTP_FORWARD_AUTH"));
        return names;
    }

    /** Joins two variables with a colon, because Boxcar has one option for both. */
    private static ConfigFile.@Nullable Entry joined(
            String first, String second, String defaultSecond, Map<String, String> environment) {
        String left = environment.getOrDefault(first, "");
        String right = environment.getOrDefault(second, "");
        String host = left.contains(":") && first.endsWith("HOST") && !left.startsWith("[") ? "[" + left + "]" : left;
        return left.isEmpty()
                ? null
                : new ConfigFile.Entry(host + ":" + (right.isEmpty() ? defaultSecond : right), first);
    }

    /** Whether this is the address of a spamd, and neither a service on the internet nor a socket. */
    static boolean isSpamd(String value) {
        return value.indexOf(':') > 0 && !value.startsWith("unix:");
    }

    private static String megabytes(String value) {
        return value.matches("[0-9]+") ? value + "MiB" : value;
    }

    /** Converts the value for an option that is either given or not: {@code true} or empty. */
    private static String trueOrEmpty(String value) {
        return trueOrFalse(value).equals("true") ? "true" : "";
    }

    private static String trueOrFalse(String value) {
        return TRUE.contains(value.strip().toLowerCase(Locale.ROOT)) ? "true" : "false";
    }

    /** A directory next to the database file, so that it is on the same volume; empty for a remote database. */
    private static String spool(String database) {
        if (database.contains("://")) {
            return "";
        }
        return database.endsWith(".db") ? database.substring(0, database.length() - 3) + ".spool" : database + ".spool";
    }
}
