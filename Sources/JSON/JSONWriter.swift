/// A writer of compact JSON into a byte buffer: LF-free, so that a value is always one line.
package struct JSONWriter: Sendable {
  package var bytes: [UInt8]

  package init(reserving capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func write(_ value: JSONValue) { output { $0.write(value) } }

  package mutating func write(_ object: JSONObject) { output { $0.write(object) } }

  package mutating func write(_ text: String) { output { $0.write(text) } }

  package mutating func write(_ value: Int) { bytes.append(contentsOf: String(value).utf8) }

  /// Writes `text` as it is; for literals and numbers.
  package mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// An array checks that it is unshared and large enough at every append; a value has dozens of them.
  private mutating func output(_ body: (inout JSONOutput) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { room in
      var output = JSONOutput(room)
      body(&output)
      bytes.append(contentsOf: output.written)
      output.free()
    }
  }
}
