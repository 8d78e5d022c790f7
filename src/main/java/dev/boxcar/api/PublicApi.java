// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what other projects may build on. On a package it stands for each public type of that package, without its
 * sub-packages; on a type, for this type in a package that is otherwise internal.
 *
 * <p>A program that uses only marked types keeps compiling and running with each later version, as far as Semantic
 * Versioning promises it. The build compares them with the baseline and fails if a change breaks such a program. Public
 * types without a mark are public for other packages of Boxcar, and may change at any time.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PACKAGE, ElementType.TYPE})
public @interface PublicApi {}
