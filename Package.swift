// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "unroll",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Unroll", targets: ["Unroll"]),
    .library(name: "UnrollServing", targets: ["UnrollServing"]),
    .library(name: "UnrollONNX", targets: ["UnrollONNX"]),
    .library(name: "UnrollTensorBoard", targets: ["UnrollTensorBoard"]),
    .executable(name: "unroll", targets: ["UnrollCLI"]),
  ],
  traits: [
    .default(enabledTraits: ["Tools"]),
    .trait(
      name: "Tools",
      description: "The command and the exchange with ONNX; without it no other package is needed."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // MARK: Library, without third-party dependencies
    .target(name: "CUnroll"),
    .target(name: "UnrollTensor", dependencies: ["CUnroll"]),
    .target(name: "UnrollNN", dependencies: ["UnrollTensor", "UnrollFormats"]),
    .target(name: "UnrollText", dependencies: ["UnrollFormats"]),
    .target(name: "UnrollFormats"),
    .target(name: "UnrollTerminal", dependencies: ["UnrollFormats"]),
    .target(name: "UnrollModels", dependencies: ["UnrollNN", "UnrollText", "UnrollFormats"]),
    .target(name: "UnrollTraining", dependencies: ["UnrollNN", "UnrollFormats"]),
    .target(
      name: "UnrollRuns",
      dependencies: [
        "UnrollTensor", "UnrollNN", "UnrollText", "UnrollFormats", "UnrollModels",
        "UnrollTraining",
      ]),
    .target(name: "Unroll", dependencies: ["UnrollModels", "UnrollTraining", "UnrollRuns"]),

    // MARK: Serving, without sockets
    .target(
      name: "UnrollServing",
      dependencies: [
        "UnrollTensor", "UnrollNN", "UnrollText", "UnrollFormats", "UnrollModels", "UnrollRuns",
        "UnrollTraining",
      ],
      resources: [
        "page.css", "page.html", "common.js", "write.html", "write.js", "learn.html", "learn.js",
      ].map {
        .embedInCode("Pages/\($0)")
      }),

    // MARK: Exchange
    .target(
      name: "UnrollONNX",
      dependencies: [
        "UnrollModels",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Tools"])),
      ],
      exclude: ["Protocol/onnx.proto"]),

    .target(
      name: "UnrollTensorBoard",
      dependencies: [
        "UnrollRuns", "UnrollTraining", "UnrollFormats",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Tools"])),
      ],
      exclude: ["Protocol/event.proto"]),

    // MARK: Command line
    .executableTarget(
      name: "UnrollCLI",
      dependencies: [
        "Unroll", "UnrollONNX", "UnrollTensorBoard", "UnrollTerminal",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["Tools"])),
      ]),

    // MARK: Tests
    .target(
      name: "UnrollTestSupport", dependencies: ["UnrollTensor", "UnrollFormats"],
      path: "Tests/UnrollTestSupport"),
    .testTarget(
      name: "UnrollTensorTests", dependencies: ["CUnroll", "UnrollTensor", "UnrollTestSupport"]),
    .testTarget(
      name: "UnrollNNTests", dependencies: ["Unroll", "UnrollTestSupport"],
      exclude: ["Golden"]),
    .testTarget(
      name: "UnrollTextTests", dependencies: ["UnrollText", "UnrollFormats", "UnrollTestSupport"],
      exclude: ["Golden"]),
    .testTarget(
      name: "UnrollFormatsTests", dependencies: ["UnrollFormats", "UnrollTestSupport"]),
    .testTarget(
      name: "UnrollModelsTests", dependencies: ["Unroll", "UnrollTestSupport"], exclude: ["Golden"]),
    .testTarget(name: "UnrollTrainingTests", dependencies: ["Unroll", "UnrollTestSupport"]),
    .testTarget(name: "UnrollRunsTests", dependencies: ["Unroll", "UnrollTestSupport"]),
    .testTarget(name: "UnrollExampleTests", dependencies: ["Unroll", "UnrollTestSupport"]),
    .testTarget(
      name: "UnrollONNXTests",
      dependencies: [
        "Unroll", "UnrollONNX", "UnrollTestSupport",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Tools"])),
      ]),
    .testTarget(
      name: "UnrollTensorBoardTests",
      dependencies: [
        "Unroll", "UnrollTensorBoard", "UnrollTestSupport",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Tools"])),
      ], exclude: ["Golden"]),
    .testTarget(
      name: "UnrollServingTests", dependencies: ["UnrollServing", "Unroll", "UnrollTestSupport"]),
    .testTarget(name: "UnrollTerminalTests", dependencies: ["UnrollTerminal"]),
    .testTarget(name: "UnrollCLITests", dependencies: ["UnrollCLI", "UnrollTestSupport"]),
  ]
)

// What `Tools/fuzz` builds, with the instrumentation of libFuzzer; in other builds it is not there.
if Context.environment["UNROLL_FUZZ"] != nil {
  package.targets += [
    .executableTarget(
      name: "FuzzSafeTensors", dependencies: ["UnrollFormats"], path: "Fuzz/SafeTensors"),
    .executableTarget(name: "FuzzPyTorch", dependencies: ["UnrollFormats"], path: "Fuzz/PyTorch"),
    .executableTarget(
      name: "FuzzPickle", dependencies: ["UnrollModels", "UnrollTestSupport"], path: "Fuzz/Pickle"),
    .executableTarget(name: "FuzzModel", dependencies: ["UnrollModels"], path: "Fuzz/Model"),
    .executableTarget(name: "FuzzJSON", dependencies: ["UnrollFormats"], path: "Fuzz/JSON"),
    .executableTarget(
      name: "FuzzRequest",
      dependencies: ["UnrollServing", "UnrollModels", "UnrollTensor", "UnrollText"],
      path: "Fuzz/Request"),
  ]
}

for target in package.targets {
  if target.path == nil, target.type != .test { target.exclude.append("README.md") }
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
