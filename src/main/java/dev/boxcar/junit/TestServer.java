// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

/**
 * A server as one test uses it. Any thread.
 *
 * @param name how a report names it: the field's name
 * @param running the server
 * @param namespace what belongs to the test
 * @param strict whether every rule must have been used
 */
record TestServer(String name, RunningServer running, TestNamespace namespace, boolean strict) {

    /** The server for this test, on any thread. */
    SmtpLabServer server() {
        return SmtpLabServer.of(running, namespace);
    }
}
