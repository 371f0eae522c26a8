#!/bin/sh
# Makes onnx.pb.swift and event.pb.swift of the .proto files beside them. Needs git, swift and protoc (of Debian's
# protobuf-compiler, Homebrew's protobuf, or any other); building the plugin takes some minutes.
set -eu
version=1.39.0
sources=$(cd "$(dirname "$0")/../Sources" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${PROTOC_GEN_SWIFT:-}" ]; then
  git clone --quiet --depth 1 --branch "$version" https://github.com/apple/swift-protobuf "$folder/swift-protobuf"
  swift build --package-path "$folder/swift-protobuf" --product protoc-gen-swift
  PROTOC_GEN_SWIFT=$(swift build --package-path "$folder/swift-protobuf" --show-bin-path)/protoc-gen-swift
fi
for file in UnrollONNX/Protocol/onnx.proto UnrollTensorBoard/Protocol/event.proto; do
  protocol=$sources/$(dirname "$file")
  ${PROTOC:-protoc} --plugin="protoc-gen-swift=$PROTOC_GEN_SWIFT" --proto_path="$protocol" \
    --swift_opt=Visibility=Package --swift_opt=UseAccessLevelOnImports=true --swift_out="$protocol" "$(basename "$file")"
done
