// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.Suggestion;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.client.ClientProtocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** Reads one smarthost of the configuration file. */
final class SmarthostConfig {
    private static final Set<String> KEYS = Set.of("hosts", "tls", "auth-file");
    private static final Set<String> HOST_KEYS = Set.of("host", "weight", "preference");
    private static final boolean IS_SMARTHOST = true;

    private final Path path;
    private final String key;

    private SmarthostConfig(Path path, String key) {
        this.path = path;
        this.key = key;
    }

    /** The smarthost that this value describes; {@code key} is where it stands. */
    static NextHop read(Path path, String key, String name, @Nullable ConfigValue value) throws InvalidConfigException {
        if (!(value instanceof ConfigObject settings)) {
            throw RelayConfig.mistake(path, value, key, "expected { hosts = [ ... ], tls = verified }");
        }
        return new SmarthostConfig(path, key).nextHop(name, settings);
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
        return new NextHop(
                name, hosts, ClientProtocol.SMTP, level, credentials(settings.get("auth-file"), level), IS_SMARTHOST);
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
            return new SmarthostOptions.HostConverter().convert(RelayConfig.text(path, key + where, value));
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
            return new SmarthostOptions.LevelConverter().convert(RelayConfig.text(path, key + ".tls", value));
        } catch (TypeConversionException e) {
            throw mistake(value, ".tls", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable CredentialSource credentials(@Nullable ConfigValue value, TlsLevel level)
            throws InvalidConfigException {
        if (value == null) {
            return null;
        }
        if (level == TlsLevel.NONE) {
            throw mistake(value, ".auth-file", "the password is never sent in clear; use another tls");
        }
        var source = new CredentialFile(Path.of(RelayConfig.text(path, key + ".auth-file", value)));
        try {
            source.current();
            return source;
        } catch (IOException e) {
            throw mistake(value, ".auth-file", String.valueOf(e.getMessage()));
        }
    }

    private void checkKeys(ConfigObject settings, String where, Set<String> known) throws InvalidConfigException {
        for (String each : ConfigFile.keysInFileOrder(settings)) {
            if (!known.contains(each)) {
                throw RelayConfig.mistake(
                        path, settings.get(each), where + "." + each, "unknown key" + Suggestion.of(each, known));
            }
        }
    }

    private InvalidConfigException mistake(ConfigValue at, String where, String reason) {
        return RelayConfig.mistake(path, at, key + where, reason);
    }
}
