// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that neither the command nor a dependent of the library resolves a network stack.
let package = Package(
  name: "unroll-server",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "unroll-serve", targets: ["UnrollServe"])],
  dependencies: [
    .package(name: "unroll", path: "..", traits: []),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    .executableTarget(
      name: "UnrollServe",
      dependencies: [
        .product(name: "UnrollServing", package: "unroll"),
        .product(name: "Unroll", package: "unroll"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
      ])
  ]
)
