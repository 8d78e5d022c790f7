// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.demo.Fetch;
import dev.boxcar.demo.HttpUrl;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar fetch}: the HTTP client of the Medusa paper. */
@Command(
        name = "fetch",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar fetch [OPTION...] URL...",
        header = "fetches pages over HTTP from many hosts at once, on one event loop",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Prints header and body of each response as they arrive. With one URL, the body goes to standard output",
            "unchanged and the header to standard error. With several URLs, everything goes to standard output, and",
            "a line before each response says whose it is:",
            "==== [2] http://127.0.0.1:8080/ ====",
            "",
            "Every status counts as a success, also 404. Redirects are not followed, https is not supported. A",
            "failure is one line on standard error.",
            "",
            "Exit status: 0 success, 1 some failed, 2 invalid option or URL."
        })
final class FetchCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "such as http://127.0.0.1:8080/path?query; http only")
    List<HttpUrl> urls;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long each host may be silent, such as 500ms, 30s, 1m (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = new FileOutputStream(FileDescriptor.out); // unlike System.out, throws if the reader has gone
        var err = new FileOutputStream(FileDescriptor.err);
        return Fetch.all(urls, timeout, out, err) == 0 ? 0 : ExitStatus.FAILED;
    }

    static final class UrlConverter implements ITypeConverter<HttpUrl> {
        @Override
        public HttpUrl convert(String text) {
            try {
                return HttpUrl.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
