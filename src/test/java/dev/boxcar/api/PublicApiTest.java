// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.api;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The types that {@link PublicApi} marks are complete: nobody needs another type of Boxcar to use them. */
@AnalyzeClasses(packages = "dev.boxcar", importOptions = ImportOption.DoNotIncludeTests.class)
class PublicApiTest {

    @ArchTest
    static void theApiHasTheEventLoopTheServerTheClientTheLabAndTheExtension(JavaClasses all) {
        Set<String> packages = all.stream()
                .filter(type -> type.getSimpleName().equals("package-info") && type.isAnnotatedWith(PublicApi.class))
                .map(JavaClass::getPackageName)
                .collect(toCollection(TreeSet::new));

        assertThat(packages)
                .contains(
                        "dev.boxcar.async",
                        "dev.boxcar.smtp",
                        "dev.boxcar.smtp.client",
                        "dev.boxcar.smtp.server",
                        "dev.boxcar.junit",
                        "dev.boxcar.lab.script",
                        "dev.boxcar.lab.verdict");
    }

    @ArchTest
    static void theSignaturesOfTheApiNameOnlyTypesOfTheApi(JavaClasses all) {
        var internal = new TreeSet<String>();
        all.stream()
                .filter(type -> isApi(type) && isVisible(type))
                .forEach(type -> namedBy(type)
                        .map(JavaClass::getBaseComponentType)
                        .filter(named -> named.getPackageName().startsWith("dev.boxcar"))
                        .filter(named -> !isApi(named) && isVisible(named))
                        .forEach(named -> internal.add(type.getName() + " names " + named.getName())));

        assertThat(internal)
                .as("types that users need and that have no @PublicApi")
                .isEmpty();
    }

    private static boolean isApi(JavaClass type) {
        return outermost(type).isAnnotatedWith(PublicApi.class)
                || type.getPackage().isAnnotatedWith(PublicApi.class);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(PublicApiTest::outermost).orElse(type);
    }

    /** Users can see the type itself; one that is not public is an implementation behind a public one. */
    private static boolean isVisible(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return isVisible((HasModifiers) type)
                && enclosing.map(PublicApiTest::isVisible).orElse(true);
    }

    private static boolean isVisible(HasModifiers part) {
        Set<JavaModifier> modifiers = part.getModifiers();
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }

    private static Stream<JavaClass> namedBy(JavaClass type) {
        Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaType> fields = visible(type.getFields()).map(JavaField::getType);
        Stream<JavaType> results = visible(type.getCodeUnits()).map(JavaCodeUnit::getReturnType);
        Stream<JavaType> parameters =
                visible(type.getCodeUnits()).flatMap(method -> method.getParameterTypes().stream());
        Stream<JavaClass> failures =
                visible(type.getCodeUnits()).flatMap(method -> method.getThrowsClause().getTypes().stream());
        return Stream.concat(
                failures,
                Stream.of(parents, fields, results, parameters)
                        .flatMap(each -> each)
                        .flatMap(each -> each.getAllInvolvedRawTypes().stream()));
    }

    private static <M extends JavaMember> Stream<M> visible(Set<M> members) {
        return members.stream().filter(PublicApiTest::isVisible);
    }
}
