// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.dkim;

import dev.boxcar.cli.relay.setting.RewriteOptions;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.relay.sign.KeyName;
import dev.boxcar.relay.sign.NewSigningKey;
import dev.boxcar.relay.sign.SigningAlgorithm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar relay dkim-key}: makes a key for a domain, and prints its record for the DNS. */
@Command(
        name = "dkim-key",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay dkim-key [OPTION...] DOMAIN",
        header = "makes a key for signing mail of DOMAIN, and prints the DNS record to publish",
        description = {
            "",
            "Writes the private key to a new file that only its owner can read, and prints the record as it stands in a",
            "zone file. Publish it, use the key with --dkim-keys, and compare both with 'boxcar relay check'. For a form",
            "that takes one text, join the quoted strings without the quotes.",
            "",
            "Use both algorithms at once, with two selectors: every verifier knows rsa, and ed25519 has short keys."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n")
public final class DkimKeyCommand implements Callable<Integer> {
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 4096;

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "DOMAIN",
            converter = RewriteOptions.DomainConverter.class,
            description = "the domain of the authors, such as example.org")
    String domain;

    @Option(
            names = "--selector",
            paramLabel = "NAME",
            defaultValue = "boxcar",
            description = "tells the keys of a domain apart (default: ${DEFAULT-VALUE})")
    String selector;

    @Option(
            names = "--algorithm",
            paramLabel = "rsa|ed25519",
            defaultValue = "rsa",
            converter = AlgorithmConverter.class,
            description = "rsa or ed25519 (default: ${DEFAULT-VALUE})")
    SigningAlgorithm algorithm;

    @Option(
            names = "--bits",
            paramLabel = "N",
            defaultValue = "2048",
            converter = CountConverter.class,
            description = "length of an RSA key, 2048 to 4096; some verifiers take none longer than 2048"
                    + " (default: ${DEFAULT-VALUE})")
    int bits;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "the file for the private key (default: SELECTOR._domainkey.DOMAIN.pem)")
    @Nullable
    Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException {
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw wrongUsage("--bits: must be from " + MIN_BITS + " to " + MAX_BITS);
        }
        KeyName name;
        try {
            name = KeyName.of(selector, domain);
        } catch (IllegalArgumentException e) {
            throw wrongUsage("--selector: " + e.getMessage());
        }
        Path file = out == null ? Path.of(name + ".pem") : out;
        NewSigningKey key = NewSigningKey.make(name, algorithm, bits);
        try {
            key.write(file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + ": exists, and is not overwritten: name another file with --out", e);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such directory", e);
        }
        PrintWriter print = spec.commandLine().getOut();
        print.println("; The private key is in " + file + ". Publish this record:");
        print.println(key.record());
        print.println("; Then use the key: boxcar relay --dkim-keys " + name + "=" + file);
        print.flush();
        return 0;
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The name of an algorithm. */
    static final class AlgorithmConverter implements ITypeConverter<SigningAlgorithm> {
        @Override
        public SigningAlgorithm convert(String text) {
            for (SigningAlgorithm one : SigningAlgorithm.values()) {
                if (one.keyType().equals(text)) {
                    return one;
                }
            }
            throw new TypeConversionException("invalid algorithm '" + text + "': use rsa or ed25519");
        }
    }
}
