// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.cli.relay.setting.HopOverridesReader;
import dev.boxcar.cli.relay.setting.LoginSource;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.Suggestion;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.client.ClientProtocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Reads one smarthost of the configuration file. */
final class SmarthostConfig {
    private static final Set<String> KEYS = Stream.concat(
                    Stream.of("hosts", "tls", "auth-file", "user", "token-file", "token-command", "oauth-file"),
                    HopOverridesReader.KEYS.stream())
            .collect(Collectors.toSet());
    private static final Set<String> HOST_KEYS = Set.of("host", "weight", "preference");
    private static final boolean IS_SMARTHOST = true;

    private final Path path;
    private final String key;

    private SmarthostConfig(Path path, String key) {
        this.path = path;
        this.key = key;
    }

    /** The smarthost that this value describes; {@code key} is where it stands. */
    static NextHop read(Path path, String key, String name, @Nullable ConfigValue value, HopSettings defaults)
            throws InvalidConfigException {
        if (!(value instanceof ConfigObject settings)) {
            throw ConfigFile.mistake(path, value, key, "expected { hosts = [ ... ], tls = verified }");
        }
        HopSettings sent = HopOverridesReader.read(path, key, settings).over(defaults);
        return new SmarthostConfig(path, key).nextHop(name, settings).withSettings(sent);
    }

    private NextHop nextHop(String name, ConfigObject settings) throws InvalidConfigException {
        checkKeys(settings, key, KEYS);
        if (!(settings.get("hosts") instanceof ConfigList list) || list.isEmpty()) {
            throw mistake(settings, ".hosts", "expected a list: [ { host = \"smtp.example.com:587\" } ]");
        }
        List<MailHost> hosts = new ArrayList<>();
        for (ConfigValue one : list) {
            hosts.add(host(".hosts[" + hosts.size() + "]", one));
        }
        TlsLevel level = level(settings.get("tls"));
        return new NextHop(name, hosts, ClientProtocol.SMTP, level, credentials(settings, level), IS_SMARTHOST);
    }

    private MailHost host(String where, ConfigValue value) throws InvalidConfigException {
        if (!(value instanceof ConfigObject settings)) {
            return address(where, value);
        }
        checkKeys(settings, key + where, HOST_KEYS);
        ConfigValue address = settings.get("host");
        if (address == null) {
            throw mistake(settings, where + ".host", "is missing");
        }
        MailHost host = address(where + ".host", address);
        return new MailHost(
                host.name(),
                host.port(),
                number(where + ".preference", settings.get("preference"), 0),
                number(where + ".weight", settings.get("weight"), 1));
    }

    private MailHost address(String where, ConfigValue value) throws InvalidConfigException {
        try {
            return new SmarthostOptions.HostConverter().convert(ConfigFile.text(path, key + where, value));
        } catch (TypeConversionException e) {
            throw mistake(value, where, String.valueOf(e.getMessage()));
        }
    }

    private int number(String where, @Nullable ConfigValue value, int minimum) throws InvalidConfigException {
        if (value == null) {
            return minimum;
        }
        if (!(value.unwrapped() instanceof Integer number) || number < minimum) {
            throw mistake(value, where, "expected a whole number of at least " + minimum);
        }
        return number;
    }

    private TlsLevel level(@Nullable ConfigValue value) throws InvalidConfigException {
        if (value == null) {
            return TlsLevel.VERIFIED;
        }
        try {
            return new SmarthostOptions.LevelConverter().convert(ConfigFile.text(path, key + ".tls", value));
        } catch (TypeConversionException e) {
            throw mistake(value, ".tls", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable CredentialSource credentials(ConfigObject settings, TlsLevel level)
            throws InvalidConfigException {
        String passwordFile = text(settings, "auth-file");
        String tokenFile = text(settings, "token-file");
        String oauthFile = text(settings, "oauth-file");
        var login = new LoginSource(
                passwordFile == null ? null : Path.of(passwordFile),
                text(settings, "user"),
                tokenFile == null ? null : Path.of(tokenFile),
                text(settings, "token-command"),
                oauthFile == null ? null : Path.of(oauthFile));
        try {
            return login.source(level);
        } catch (LoginSource.InvalidLoginException e) {
            throw mistake(
                    settings.getOrDefault(e.setting(), settings), "." + e.setting(), String.valueOf(e.getMessage()));
        }
    }

    private @Nullable String text(ConfigObject settings, String name) throws InvalidConfigException {
        ConfigValue value = settings.get(name);
        return value == null ? null : ConfigFile.text(path, key + "." + name, value);
    }

    private void checkKeys(ConfigObject settings, String where, Set<String> known) throws InvalidConfigException {
        for (String each : ConfigFile.keysInFileOrder(settings)) {
            if (!known.contains(each)) {
                throw ConfigFile.mistake(
                        path, settings.get(each), where + "." + each, "unknown key" + Suggestion.of(each, known));
            }
        }
    }

    private InvalidConfigException mistake(ConfigValue at, String where, String reason) {
        return ConfigFile.mistake(path, at, key + where, reason);
    }
}
