// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.login;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Opens a page in the person's browser. */
final class BrowserCommand {
    private BrowserCommand() {}

    /** Opens the page; nothing if there is no browser, because the person has the address, too. */
    static void open(String url, Map<String, String> environment) {
        List<String> command = command(environment);
        if (command.isEmpty()) {
            return;
        }
        try {
            var all = new ArrayList<>(command);
            all.add(url);
            new ProcessBuilder(all)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .getOutputStream()
                    .close();
        } catch (IOException e) {
            return; // no such command
        }
    }

    private static List<String> command(Map<String, String> environment) {
        String named = environment.getOrDefault("BROWSER", "");
        if (!named.isBlank()) {
            return List.of(named.split(":", -1)[0]);
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("mac")) {
            return List.of("open");
        } else if (system.contains("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler");
        }
        boolean hasDisplay = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return hasDisplay ? List.of("xdg-open") : List.of();
    }
}
