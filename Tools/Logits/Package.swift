// swift-tools-version: 6.1
import PackageDescription

// What pytorch-round-trip.py runs: a package of its own, so that the library's has only what its users need.
let package = Package(
  name: "logits",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "unroll", path: "../..")],
  targets: [
    .executableTarget(
      name: "logits", dependencies: [.product(name: "Unroll", package: "unroll")], path: "Sources")
  ]
)
