// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.cli.output.IoFailureText;
import dev.boxcar.cli.queue.QueueCommand;
import dev.boxcar.relay.maildrop.MaildropDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** The queue of the local relay, by the commands of {@code queue}. */
record LocalQueue(Path spool, Map<String, String> environment) {

    /** Prints the queue, and how many messages wait in the maildrop; returns the exit status. */
    int list(CommandLine output) throws IOException {
        int waiting = MaildropDirectory.waiting(spool);
        PrintWriter out = output.getOut();
        int status = 0;
        if (Files.isDirectory(spool.resolve("segment")) || !Files.isDirectory(spool)) {
            status = run("ls", out, output.getErr());
        } else if (waiting == 0) {
            out.println("the queue is empty"); // no relay has run yet
        }
        if (waiting > 0) {
            out.println(
                    waiting + (waiting == 1 ? " message waits" : " messages wait") + " in the maildrop for the relay");
        }
        out.flush();
        return status;
    }

    /** Has all messages attempted now; returns the exit status. */
    int retry(CommandLine output) {
        return run("retry", new PrintWriter(Writer.nullWriter()), output.getErr(), "--all");
    }

    private int run(String subcommand, PrintWriter out, PrintWriter err, String... arguments) {
        var command = new CommandLine(new QueueCommand(environment).subcommand(subcommand))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, line, given) -> {
                    err.println("boxcar: " + (e instanceof IOException io ? IoFailureText.of(io) : e.getMessage()));
                    err.flush();
                    return SendmailException.UNAVAILABLE;
                });
        var all = new String[arguments.length + 1];
        all[0] = "--spool=" + spool;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return command.execute(all);
    }
}
