import Testing
import UnrollTensor

@Suite struct ShapeTests {
  @Test(arguments: [[], [1], [0], [2, 3], [1, 2, 3, 4, 5, 6], [Int(Int32.max)]])
  func shapesAreTheirSizes(_ sizes: [Int]) {
    let shape = Shape(sizes)
    #expect(Array(shape) == sizes)
    #expect(shape.count == sizes.count)
    #expect(shape.elementCount == sizes.reduce(1, *))
    #expect(shape.description == "\(sizes)")
    #expect(shape.isEmpty == sizes.isEmpty)
  }

  @Test func equalityLooksAtTheNumberOfAxes() {
    #expect(Shape([0]) != Shape([]))
    #expect(Shape([2]) != Shape([2, 0]))
    #expect(Shape([2, 3]) == [2, 3])
    #expect(Set<Shape>([[1], [1, 1], [1]]).count == 2)
  }

  @Test func sizesCanBeChanged() {
    var shape: Shape = [2, 3]
    shape[1] = 7
    #expect(shape == [2, 7])
    #expect(shape.dropLast().elementsEqual([2]))
  }
}
