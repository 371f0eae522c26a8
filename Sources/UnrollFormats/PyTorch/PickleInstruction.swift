/// The instructions of pickle's protocol 2 in binary, under the names of Python's `pickletools`.
enum PickleInstruction: UInt8 {
  case protocolVersion = 0x80  // PROTO
  case stop = 0x2E  // .

  case none = 0x4E  // N
  case newTrue = 0x88
  case newFalse = 0x89
  case binaryInteger = 0x4A  // J
  case binaryInteger1 = 0x4B  // K
  case binaryInteger2 = 0x4D  // M
  case long1 = 0x8A
  case long4 = 0x8B
  case binaryFloat = 0x47  // G
  case binaryUnicode = 0x58  // X
  case shortBinaryString = 0x55  // U
  case binaryString = 0x54  // T

  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case mark = 0x28  // (
  case emptyTuple = 0x29  // )
  case tuple = 0x74  // t
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyList = 0x5D  // ]
  case append = 0x61  // a
  case appends = 0x65  // e
  case emptyDictionary = 0x7D  // }
  case setItem = 0x73  // s
  case setItems = 0x75  // u

  case binaryPut = 0x71  // q
  case longBinaryPut = 0x72  // r
  case binaryGet = 0x68  // h
  case longBinaryGet = 0x6A  // j

  case global = 0x63  // c
  case binaryPersistentID = 0x51  // Q
  case reduce = 0x52  // R
  case newObject = 0x81
  case build = 0x62  // b
}
