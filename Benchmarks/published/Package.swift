// swift-tools-version: 6.1
import PackageDescription

// Models of a user's own, trained with the library alone until they reach what was published.
let package = Package(
  name: "published",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "unroll", path: "../..", traits: [])],
  targets: ["Chorales", "Adding"].map {
    .executableTarget(name: $0, dependencies: [.product(name: "Unroll", package: "unroll")])
  })
