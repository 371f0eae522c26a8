#!/bin/sh
# Makes Sources/UnrollONNX/Protocol/onnx.pb.swift of onnx.proto beside it. Needs git, swift and protoc (of Debian's
# protobuf-compiler, Homebrew's protobuf, or any other); building the plugin takes some minutes.
set -eu
version=1.39.0
protocol=$(cd "$(dirname "$0")/../Sources/UnrollONNX/Protocol" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone --quiet --depth 1 --branch "$version" https://github.com/apple/swift-protobuf "$folder/swift-protobuf"
swift build --package-path "$folder/swift-protobuf" --product protoc-gen-swift
plugin=$(swift build --package-path "$folder/swift-protobuf" --show-bin-path)/protoc-gen-swift
"${PROTOC:-protoc}" --plugin="$plugin" --proto_path="$protocol" \
  --swift_opt=Visibility=Package --swift_opt=UseAccessLevelOnImports=true --swift_out="$protocol" onnx.proto
