// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.api.PublicApi;

/**
 * Something that a script did to a session.
 *
 * @param script the id of the script
 * @param rule the index of its rule
 * @param item the index of the item in the session's record that the rule matched; -1 for the connection itself
 * @param done what was done, such as {@code reply 550}
 */
@PublicApi
public record InjectedFault(String script, int rule, int item, String done) {}
