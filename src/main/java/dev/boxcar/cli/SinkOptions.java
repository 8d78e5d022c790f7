// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.spool.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * What a sink is told: a mixin, since {@code lab} is a sink with more on top. Filled by picocli, through
 * {@link Layers}.
 */
final class SinkOptions {
    /** The value of {@code --spool} that keeps messages in memory. */
    static final String IN_MEMORY = "memory";

    private static final int MOST_LOOPS_BY_DEFAULT = 4;

    @Option(
            names = "--smtp",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:1025",
            converter = HostPort.OrOff.class,
            description = "where to listen, or off; port 0 takes a free one (default: ${DEFAULT-VALUE})")
    HostPort smtp;

    @Option(
            names = "--listen",
            paramLabel = "LISTENER",
            hideParamSyntax = true,
            split = ";",
            converter = ListenOption.Converter.class,
            description = "one more: HOST:PORT or unix:PATH, then settings: ,name=x,networks=::1 (default: none)")
    List<ListenOption> listen = new ArrayList<>();

    @Option(
            names = "--spool",
            paramLabel = "DIR|memory",
            defaultValue = "mailspool",
            converter = NotEmpty.class,
            description = "where messages are kept; memory holds 256 MiB (default: ${DEFAULT-VALUE})")
    String spool;

    @Option(
            names = "--sync",
            paramLabel = "group|none|DURATION",
            defaultValue = "none",
            converter = SyncConverter.class,
            description =
                    "group: 250 after the disk has it; 100ms: within that time; none: at exit (default: ${DEFAULT-VALUE})")
    Sync sync;

    @Option(
            names = "--blob-size",
            paramLabel = "SIZE",
            defaultValue = "1MiB",
            converter = SizeConverter.class,
            description = "messages larger than this get a file of their own (default: ${DEFAULT-VALUE})")
    long blobSize;

    @Mixin
    LimitOptions limits;

    @Mixin
    AccessOptions access;

    @Mixin
    AuthOptions auth;

    @Option(
            names = "--extensions",
            paramLabel = "LIST",
            defaultValue = "all",
            converter = Offered.Converter.class,
            description = "what EHLO offers: all, all,-PIPECONNECT or PIPELINING,SIZE (default: ${DEFAULT-VALUE})")
    Offered extensions;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = Loops.class,
            description = "event loops, each a thread (default: one per core, at most 4)")
    @Nullable
    Integer loops;

    @Option(
            names = "--spin",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description = "look for input so long before sleeping, such as 100us (default: ${DEFAULT-VALUE})")
    Duration spin;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the name to greet with (default: this machine's name)")
    @Nullable
    Hostname hostname;

    @Mixin
    WebOptions web;

    @Mixin
    InboxOptions inbox;

    @Mixin
    ApiOptions api;

    @Mixin
    TlsOptions tls;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "a HOCON file with options as keys: max-recipients = 100 (default: none)")
    @Nullable
    Path config;

    boolean inMemory() {
        return spool.equals(IN_MEMORY);
    }

    /** What the server starts from. */
    SmtpServer.Options server(Map<String, String> environment, long messageBytes) {
        return new SmtpServer.Options(
                greeting(environment),
                loops(),
                limits.limits().withMessageBytes(messageBytes),
                offered(),
                access.access(),
                spin);
    }

    /** The name to greet with. */
    String greeting(Map<String, String> environment) {
        return (hostname == null ? Hostname.ofThisMachine(environment) : hostname).name();
    }

    /** Who may not talk before the banner is not invited to: all that there is, is then all but PIPECONNECT. */
    private Set<Extension> offered() {
        Set<Extension> all = EnumSet.allOf(Extension.class);
        if (!access.greetDelay.isZero() && extensions.extensions().equals(all)) {
            all.remove(Extension.PIPECONNECT);
            return all;
        }
        return extensions.extensions();
    }

    /** All listeners that are to be opened. */
    List<ListenerOptions> listeners() {
        var listeners = new ArrayList<ListenerOptions>();
        if (!smtp.isOff()) {
            listeners.add(ListenerOptions.at(smtp.host(), smtp.port()));
        }
        if (tls.smtps != null) {
            listeners.add(ListenerOptions.at(tls.smtps.host(), tls.smtps.port()).withTls(ListenerOptions.Tls.IMPLICIT));
        }
        listen.forEach(one -> listeners.add(one.listener()));
        return listeners;
    }

    private int loops() {
        return loops == null
                ? Math.min(MOST_LOOPS_BY_DEFAULT, Runtime.getRuntime().availableProcessors())
                : loops;
    }

    static final class SyncConverter implements ITypeConverter<Sync> {
        @Override
        public Sync convert(String text) {
            try {
                return Sync.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A number of threads that a machine may bear. */
    static final class Loops implements ITypeConverter<Integer> {
        private static final int MOST = 64;

        @Override
        public Integer convert(String text) {
            int number = new Count().convert(text);
            if (number > MOST) {
                throw new TypeConversionException("'" + text + "' is more than " + MOST + " event loops");
            }
            return number;
        }
    }

    static final class NotEmpty implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isBlank()) {
                throw new TypeConversionException("a directory or memory is wanted, not nothing");
            }
            return text;
        }
    }
}
