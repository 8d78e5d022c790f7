// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

/** The program: {@code boxcar COMMAND …}. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name. */
    public static void main(String[] arguments) {
        System.out.println("boxcar");
    }
}
