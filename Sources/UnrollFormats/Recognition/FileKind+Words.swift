extension FileKind {
  /// What a file is wanted for.
  package enum Use: Sendable {
    /// A model, to use it.
    case model
    /// Weights, to make a model of them.
    case weights
    /// Text, to learn from it.
    case text
  }

  /// What it is: words behind "is".
  package var name: String {
    switch self {
    case .empty: "empty"
    case .safeTensors: "a safetensors file"
    case .pyTorch: "a PyTorch file (torch.save)"
    case .pyTorchStream: "a PyTorch file in the format from before version 1.6"
    case .pyTorchTar: "a PyTorch file in the format from before version 0.1.10"
    case .pickle: "a pickle of Python that torch.save did not write"
    case .compressedText: "a text that `unroll compress` wrote"
    case .onnx: "an ONNX model"
    case .gguf: "a GGUF model"
    case .hierarchicalData: "an HDF5 file, perhaps of Keras"
    case .numPyArray: "an array of NumPy"
    case .numPyArchive: "an archive of NumPy arrays"
    case .gzip: "compressed by gzip"
    case .zstandard: "compressed by zstd"
    case .xz: "compressed by xz"
    case .bzip2: "compressed by bzip2"
    case .zip: "a ZIP archive"
    case .tar: "a tar archive"
    case .pdf: "a PDF"
    case .picture: "a picture"
    case .program: "a program"
    case .gitLFSPointer: "a pointer of Git LFS and not the file that it stands for"
    case .webPage: "a web page"
    case .json: "JSON"
    case .text: "text"
    case .utf16: "text in UTF-16"
    case .utf32: "text in UTF-32"
    case .utf16LittleEndian: "text in UTF-16LE"
    case .utf16BigEndian: "text in UTF-16BE"
    case .utf32LittleEndian: "text in UTF-32LE"
    case .utf32BigEndian: "text in UTF-32BE"
    case .windows1252: "text that is not UTF-8, probably Windows-1252"
    case .otherText: "text that is not UTF-8"
    case .unknown: "in no format that is known here"
    }
  }

  /// What to do with it: the end of a sentence. `path` is where it is.
  package func remedy(for use: Use, path: String) -> String {
    let path = path.shellQuoted
    switch self {
    case .empty: return "it was not written to its end, or never: copy or write it again"
    case .safeTensors, .pyTorch:
      return
        "`unroll convert \(path) model.safetensors --vocabulary FILE` makes a model of a state_dict"
    case .pyTorchStream: return "write it anew with torch.save(torch.load(PATH), NEW)"
    case .pyTorchTar:
      return "a PyTorch before 2.6 reads it with torch.load, and torch.save writes it anew"
    case .pickle:
      return "load it in Python and write the weights with torch.save(model.state_dict(), PATH)"
    case .compressedText:
      return
        "`unroll decompress MODEL \(path)` gives the text back, with the model that it was compressed by"
    case .onnx: return "it is for other programs: give the .safetensors file that it was made of"
    case .gguf: return "the format has no recurrent layers: give a file of `unroll train`"
    case .hierarchicalData, .numPyArray, .numPyArchive:
      return "write the weights as safetensors under PyTorch's names, and convert that"
    case .gzip: return "unpack it first: gzip -dc \(path) > NEW"
    case .zstandard: return "unpack it first: zstd -dc \(path) > NEW"
    case .xz: return "unpack it first: xz -dc \(path) > NEW"
    case .bzip2: return "unpack it first: bzip2 -dc \(path) > NEW"
    case .zip: return "unpack it first: unzip \(path)"
    case .tar: return "unpack it first: tar -xf \(path)"
    case .pdf, .picture, .program: return use == .text ? "give the text that is in it" : wanted(use)
    case .gitLFSPointer: return "fetch that file in its repository: git lfs pull"
    case .webPage: return "download the file itself, and not the page about it"
    case .json:
      return use != .weights
        ? wanted(use)
        : "give the weights first, and a vocabulary with --vocabulary"
    case .text: return "`unroll train \(path) --output model.safetensors` learns from it"
    case .utf16, .utf32, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian,
      .windows1252, .otherText:
      let encoding = encoding?.name ?? "ENCODING"
      return
        "`iconv -f \(encoding) -t UTF-8 \(path) > NEW` makes a text of it that `unroll train` reads"
    case .unknown: return wanted(use)
    }
  }

  /// What to give instead.
  private func wanted(_ use: Use) -> String {
    switch use {
    case .model: "give a .safetensors file that `unroll train` wrote"
    case .weights: "give a .safetensors file, or one that torch.save wrote"
    case .text: "give a text file"
    }
  }
}
