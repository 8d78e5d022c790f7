// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.source.InvalidScriptException;
import dev.boxcar.lab.script.source.ScriptNode;
import dev.boxcar.lab.script.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;

/** Reads a script of the lab from a file in HOCON, whose keys are those of the JSON form. */
public final class ScriptFile {
    private ScriptFile() {}

    /** The script in this file. What is wrong is one line with the file and, where there is one, the line. */
    public static Script read(Path path) throws InvalidConfigException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            String reason = Files.exists(path) ? "not a readable file" : "no such file";
            throw new InvalidConfigException("--script: " + path + ": " + reason);
        }
        try {
            return ScriptReader.read(node(path, ConfigFile.parse(path)));
        } catch (InvalidScriptException e) {
            throw new InvalidConfigException(e.reason());
        }
    }

    private static ScriptNode node(Path path, ConfigValue value) {
        String place = ConfigFile.where(path, value.origin());
        if (value instanceof ConfigObject object) {
            var fields = new LinkedHashMap<String, ScriptNode>();
            for (String key : ConfigFile.keysInFileOrder(object)) {
                fields.put(key, node(path, Objects.requireNonNull(object.get(key))));
            }
            return new ScriptNode(fields, place);
        }
        if (value instanceof ConfigList list) {
            return new ScriptNode(list.stream().map(item -> node(path, item)).toList(), place);
        }
        return new ScriptNode(value.unwrapped(), place);
    }
}
