// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Part of the Debian packages' build: writes the man pages and the shells' completion from the same options as the help
 * texts.
 */
final class ManualWriter {
    private ManualWriter() {}

    /**
     * Takes the directory to write to, the version and the date. The man pages go into {@code man} below the directory,
     * the rest into {@code completion}.
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        CommandLine boxcar = Main.commands(Map.of());
        complete(boxcar, "Boxcar " + arguments[1]);
        writePages(boxcar, directory, arguments[2].substring(0, "2026-11-22".length()));
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(
                completion.resolve("boxcar"),
                AutoComplete.bash("boxcar", boxcar).replaceFirst("^#!.*\n", ""));
        Files.writeString(completion.resolve("_boxcar"), new ZshCompletion(boxcar).text());
        Files.writeString(completion.resolve("boxcar.fish"), new FishCompletion(boxcar).text());
    }

    /** Adds what a man page shows and a help text does not. */
    private static void complete(CommandLine command, String version) {
        UsageMessageSpec message = command.getCommandSpec().usageMessage();
        command.getCommandSpec().version(version);
        if (message.description().length == 0) {
            message.description(message.header());
        }
        if (message.footer().length > 0) {
            message.footerHeading("Notes%n");
            message.footer(paragraphs(message.footer()));
        }
        command.getSubcommands().values().forEach(subcommand -> complete(subcommand, version));
    }

    /** The lines with those of each paragraph joined. A line with columns, or before one, stays as it is. */
    private static String[] paragraphs(String[] lines) {
        var joined = new ArrayList<String>();
        boolean isOpen = false;
        for (String line : lines) {
            boolean isText = !line.isBlank() && !line.startsWith(" ") && !line.contains("  ");
            if (isText && isOpen) {
                joined.add(joined.remove(joined.size() - 1) + " " + line);
            } else {
                joined.add(line);
            }
            isOpen = isText && !line.endsWith(":");
        }
        return joined.toArray(String[]::new);
    }

    private static void writePages(CommandLine boxcar, Path directory, String date) throws IOException {
        Path source = Files.createDirectories(directory.resolve("adoc"));
        Path pages = Files.createDirectories(directory.resolve("man"));
        int status =
                ManPageGenerator.generateManPage(source.toFile(), null, new boolean[0], true, boxcar.getCommandSpec());
        if (status != 0) {
            throw new IOException("picocli could not write the man pages: status " + status);
        }
        Options options = Options.builder()
                .backend("manpage")
                .safe(SafeMode.UNSAFE) // the pages are our own
                .toDir(pages.toFile())
                .attributes(Attributes.builder().attribute("docdate", date).build())
                .build();
        try (Asciidoctor asciidoctor = Asciidoctor.Factory.create();
                Stream<Path> files = Files.list(source)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".adoc")).toList()) {
                // picocli puts the equals sign of an option that hides its syntax into the emphasis of the value
                Files.writeString(page, Files.readString(page).replace("*_=", "*=_"));
                asciidoctor.convertFile(page.toFile(), options);
            }
        }
    }
}
