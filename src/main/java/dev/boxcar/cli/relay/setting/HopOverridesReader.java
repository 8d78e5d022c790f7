// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.relay.route.HopOverrides;
import dev.boxcar.relay.route.SourceAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the keys of a smarthost or a route that set {@link HopOverrides}. */
public final class HopOverridesReader {
    private static final String CONNECTIONS = "connections";
    private static final String PER_CONNECTION = "messages-per-connection";
    private static final String PER_MINUTE = "messages-per-minute";
    private static final String SOURCE = "source-address";
    private static final String ALWAYS_FROM = "always-from";
    /** The keys that it reads. */
    public static final Set<String> KEYS = Set.of(CONNECTIONS, PER_CONNECTION, PER_MINUTE, SOURCE, ALWAYS_FROM);

    private final Path path;
    private final String where;
    private final ConfigObject settings;

    private HopOverridesReader(Path path, String where, ConfigObject settings) {
        this.path = path;
        this.where = where;
        this.settings = settings;
    }

    /** The differences in these settings, which stand in the file under the key {@code where}. */
    public static HopOverrides read(Path path, String where, ConfigObject settings) throws InvalidConfigException {
        return new HopOverridesReader(path, where, settings).read();
    }

    private HopOverrides read() throws InvalidConfigException {
        return new HopOverrides(
                number(CONNECTIONS, 1),
                number(PER_CONNECTION, 1),
                number(PER_MINUTE, 0),
                sources(),
                value(ALWAYS_FROM, settings.get(ALWAYS_FROM), new RewriteOptions.AddressConverter()));
    }

    private @Nullable Integer number(String key, int minimum) throws InvalidConfigException {
        ConfigValue value = settings.get(key);
        if (value == null) {
            return null;
        }
        if (!(value.unwrapped() instanceof Integer number) || number < minimum) {
            throw ConfigFile.mistake(path, value, where + "." + key, "expected a whole number of at least " + minimum);
        }
        return number;
    }

    private @Nullable List<SourceAddress> sources() throws InvalidConfigException {
        ConfigValue value = settings.get(SOURCE);
        if (value == null) {
            return null;
        }
        var sources = new ArrayList<SourceAddress>();
        for (ConfigValue one : value instanceof ConfigList list ? list : List.of(value)) {
            SourceAddress source = value(SOURCE, one, new SourceAddressConverter());
            if (source != null) {
                sources.add(source);
            }
        }
        return sources;
    }

    private <T> @Nullable T value(String key, @Nullable ConfigValue value, ITypeConverter<T> converter)
            throws InvalidConfigException {
        if (value == null) {
            return null;
        }
        try {
            return converter.convert(ConfigFile.text(path, where + "." + key, value));
        } catch (TypeConversionException e) {
            throw ConfigFile.mistake(path, value, where + "." + key, String.valueOf(e.getMessage()));
        } catch (InvalidConfigException e) {
            throw e;
        } catch (Exception e) { // the converter's interface declares it
            throw new IllegalStateException(e);
        }
    }
}
