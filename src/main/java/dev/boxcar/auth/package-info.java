// SPDX-License-Identifier: Apache-2.0
/**
 * Users and their passwords: the users file that {@code boxcar passwd} writes, and the check of a client's credentials
 * against it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.auth.UsersFile}, then {@link dev.boxcar.auth.UserCredentials}.
 *
 * <p><b>Threads:</b> files are read and passwords hashed on worker threads, never on an event loop.
 *
 * <p><b>Must not know:</b> options, the web, the spool.
 */
@NullMarked
package dev.boxcar.auth;

import org.jspecify.annotations.NullMarked;
