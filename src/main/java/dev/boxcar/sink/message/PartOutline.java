// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

/**
 * One line of a message's MIME tree: a multipart or a part. Immutable.
 *
 * @param partId its place: empty for a multipart that is the message itself, otherwise as in {@link Attachment}
 * @param contentType its media type, without parameters
 * @param fileName its name, or empty
 * @param size its decoded size in bytes; 0 for a multipart
 */
public record PartOutline(String partId, String contentType, String fileName, long size) {}
