/// One entry of a vocabulary, by its index.
public typealias Token = Int32
