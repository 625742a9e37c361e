// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A released `berth` runs where no Swift is installed, and starts in two thirds of the time: each deployment has a
/// keeper, which is a `berth` too.
let withItsRuntime = LinkerSetting.unsafeFlags(["-static-stdlib"], .when(configuration: .release))

/// A library target. Arrows point to what is imported and never back; see the map in README.md.
func library(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = [])
  -> Target
{
  .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
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
    library("Model", ["JSON"]),
    library("Scheduling", ["JSON", "Model"]),
    library("Storage", ["POSIX", "JSON", "Model"]),
    library("Logs", ["POSIX"]),
    library("Runners", ["POSIX", "JSON", "Model", "Logs"]),
    library("Agent", ["POSIX", "JSON", "Model", "RPC", "Transport", "Logs", "Runners"]),
    library("Services", ["POSIX", "JSON", "Model", "Scheduling", "Storage"]),
    library("Simulation", ["JSON", "Model", "Scheduling", "POSIX"]),
    library("API", ["JSON", "RPC", "Services", "Logs"]),
    library("Transport", ["POSIX", "RPC"]),
    library("CLI", ["JSON"]),
    .executableTarget(
      name: "berth", dependencies: ["API", "CLI", "Simulation", "Transport", "Runners", "Agent"],
      swiftSettings: strict, linkerSettings: [withItsRuntime]),
    .executableTarget(
      name: "berth-bench", dependencies: ["API", "Transport", "Scheduling"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["API", "Transport"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("JSON", ["JSON"]),
    tests("Readme", ["POSIX", "berth"]),
    tests("Model", ["Model", "JSON"]),
    tests("Schemas", ["Schemas"]),
    tests("Scheduling", ["Scheduling", "Simulation"]),
    tests("Simulation", ["Simulation", "berth"]),
    tests("CLI", ["CLI", "JSON"]),
    .target(
      name: "StorageExercise", dependencies: ["JSON", "Model"], path: "Tests/StorageExercise",
      swiftSettings: strict),
    .executableTarget(
      name: "storage-exerciser", dependencies: ["Storage", "StorageExercise"], path: "Tests/StorageExerciser",
      swiftSettings: strict),
    tests("Storage", ["Storage", "StorageExercise", "storage-exerciser"]),
    tests("RPC", ["RPC"]),
    .executableTarget(
      name: "WireEcho", dependencies: ["Transport"], path: "Tests/WireEcho", swiftSettings: strict),
    tests("Transport", ["Transport", "WireEcho"]),
    tests("POSIX", ["POSIX", "CPosix"]),
    tests("Logs", ["Logs", "POSIX"]),
    tests("Runners", ["Runners", "Logs", "berth"]),
    tests("Agent", ["POSIX", "JSON", "berth"]),
    tests("API", ["API", "berth"]),
    tests("System", ["API", "Transport", "Logs", "berth"]),
  ]
)
