// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A released `berth` runs where no Swift is installed, and starts in two thirds of the time: each deployment has a
/// supervisor, which is a `berth` too.
let withItsRuntime = LinkerSetting.unsafeFlags(["-static-stdlib"], .when(configuration: .release))

/// A library target. Arrows point to what is imported and never back; ArchitectureTests holds them to the import lines
/// and to the map in README.md.
func library(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = [])
  -> Target
{
  .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

/// A target of tests. An executable among what it depends on is not imported: its binary is run.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "berth",
  products: [.executable(name: "berth", targets: ["berth"])],
  targets: [
    .target(name: "CPosix", linkerSettings: [.linkedLibrary("crypt")]),
    library("POSIX", ["CPosix"]),
    library("JSON"),
    .executableTarget(name: "SchemaEmbedder", swiftSettings: strict),
    .plugin(
      name: "SchemaPlugin", capability: .buildTool(), dependencies: ["SchemaEmbedder"],
      path: "Sources/SchemaPlugin"),
    library("Schemas", ["JSON"], plugins: ["SchemaPlugin"]),
    library("RPC", ["JSON", "Schemas"]),
    library("Transport", ["POSIX", "RPC"]),
    library("Model", ["JSON"]),
    library("Scheduling", ["JSON", "Model"]),
    library("Storage", ["POSIX", "JSON", "Model"]),
    library("Services", ["POSIX", "JSON", "Model", "Scheduling", "Storage"]),
    library("Logs", ["POSIX"]),
    library("Runners", ["POSIX", "JSON", "Model", "Logs"]),
    library("Agent", ["POSIX", "JSON", "RPC", "Transport", "Model", "Logs", "Runners"]),
    library(
      "API", ["POSIX", "JSON", "Schemas", "RPC", "Model", "Scheduling", "Storage", "Services", "Logs"]),
    library("Simulation", ["POSIX", "JSON", "Model", "Scheduling"]),
    library("CLI", ["JSON"]),
    .executableTarget(
      name: "berth",
      dependencies: [
        "POSIX", "JSON", "Schemas", "RPC", "Transport", "Model", "Scheduling", "Storage", "Services", "Logs",
        "Runners", "Agent", "API", "Simulation", "CLI",
      ],
      swiftSettings: strict, linkerSettings: [withItsRuntime]),
    .executableTarget(
      name: "berth-bench",
      dependencies: ["POSIX", "JSON", "RPC", "Model", "Scheduling", "Storage", "Services"],
      swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: ["POSIX", "JSON", "Schemas", "RPC", "Transport", "Model", "Storage", "Services", "API"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "StorageExercise", dependencies: ["JSON", "Model"], path: "Tests/StorageExercise",
      swiftSettings: strict),
    .executableTarget(
      name: "storage-exerciser", dependencies: ["POSIX", "Model", "Storage", "StorageExercise"],
      path: "Tests/StorageExerciser", swiftSettings: strict),
    .executableTarget(
      name: "WireEcho", dependencies: ["POSIX", "JSON", "RPC", "Transport"], path: "Tests/WireEcho",
      swiftSettings: strict),
    tests("Architecture", []),
    tests("Documentation", ["POSIX", "JSON", "berth"]),
    tests("POSIX", ["POSIX", "CPosix"]),
    tests("JSON", ["JSON", "TestSupport"]),
    tests("Schemas", ["JSON", "Schemas", "TestSupport"]),
    tests("RPC", ["JSON", "Schemas", "RPC"]),
    tests("Transport", ["POSIX", "JSON", "RPC", "Transport", "TestSupport", "WireEcho"]),
    tests("Model", ["JSON", "Model", "TestSupport"]),
    tests("Scheduling", ["JSON", "Model", "Scheduling", "Simulation", "TestSupport"]),
    tests(
      "Storage", ["POSIX", "JSON", "Model", "Storage", "StorageExercise", "storage-exerciser", "TestSupport"]),
    tests("Services", ["POSIX", "JSON", "Model", "Scheduling", "Storage", "Services", "TestSupport"]),
    tests("Logs", ["POSIX", "Logs", "TestSupport"]),
    tests("Runners", ["POSIX", "JSON", "Model", "Logs", "Runners", "TestSupport", "berth"]),
    tests("Agent", ["POSIX", "JSON", "TestSupport", "berth"]),
    tests("API", ["POSIX", "JSON", "Schemas", "RPC", "API", "TestSupport", "berth"]),
    tests("Simulation", ["POSIX", "JSON", "Model", "Scheduling", "Simulation", "TestSupport", "berth"]),
    tests("CLI", ["JSON", "CLI", "TestSupport"]),
    tests(
      "System",
      [
        "POSIX", "JSON", "RPC", "Transport", "Model", "Scheduling", "Storage", "Services", "Logs",
        "TestSupport",
        "berth",
      ]),
  ]
)
