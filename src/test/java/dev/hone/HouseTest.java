package dev.hone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import dev.hone.registry.Approval;
import jakarta.persistence.Entity;

/** The walls of the house (docs/architecture.md). */
@AnalyzeClasses(packages = "dev.hone", importOptions = DoNotIncludeTests.class)
class HouseTest {
  private static final String[] ROOMS = {
    "model",
    "registry",
    "inference",
    "hallucination",
    "chat",
    "feedback",
    "preference",
    "alignment",
    "evaluation",
    "loop",
    "operations",
    "api",
    "cli"
  };

  @ArchTest static final ArchRule roomsUseOnlyRoomsBeforeThem = roomsInOrder();

  @ArchTest
  static final ArchRule onlyModelAndInferenceTouchTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.hone.model..", "dev.hone.inference..", "dev.hone.alignment..")
          .and()
          // They open the library for their process, and close it.
          .haveNameNotMatching(
              "dev.hone.loop.(PolicyMethod|RewardMethod|RewardedMethod|BestOfMethod|ComputeChoice|Sampling)")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyEntitiesAndTheirQueriesTouchPanache =
      noClasses()
          .that()
          .areNotAnnotatedWith(Entity.class)
          .and()
          // The queries of preference, which keep no entity.
          .haveNameNotMatching(
              "dev.hone.preference.(ImportedPreference|PreferenceImport|Preferences)")
          .should()
          .accessClassesThat()
          .resideInAPackage("io.quarkus.hibernate..");

  @ArchTest
  static final ArchRule entitiesStayBehindTheEdge =
      noClasses()
          .that()
          .resideInAnyPackage("dev.hone.api..", "dev.hone.cli..")
          .should()
          .dependOnClassesThat()
          .areAnnotatedWith(Entity.class);

  /** Nobody else may say that a candidate passed. */
  @ArchTest
  static final ArchRule onlyTheGateApproves =
      onlyMakes("dev.hone.loop.GateStep", Approval.GatePassed.class, String.class);

  /** Nobody else may let a candidate pass that the gate did not. */
  @ArchTest
  static final ArchRule onlyReleasesOverride =
      onlyMakes(
          "dev.hone.loop.Releases", Approval.OperatorOverride.class, String.class, String.class);

  private static ArchRule onlyMakes(String maker, Class<?> made, Class<?>... parameters) {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(maker)
        .should()
        .callConstructor(made, parameters)
        .as("only " + maker + " should make " + made.getSimpleName());
  }

  private static ArchRule roomsInOrder() {
    var rooms = Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String room : ROOMS) {
      rooms = rooms.optionalLayer(room).definedBy("dev.hone." + room + "..");
    }
    for (int i = 0; i < ROOMS.length; i++) {
      String[] after = java.util.Arrays.copyOfRange(ROOMS, i + 1, ROOMS.length);
      rooms =
          after.length == 0
              ? rooms.whereLayer(ROOMS[i]).mayNotBeAccessedByAnyLayer()
              : rooms.whereLayer(ROOMS[i]).mayOnlyBeAccessedByLayers(after);
    }
    return rooms;
  }
}
