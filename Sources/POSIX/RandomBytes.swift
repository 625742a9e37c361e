import CPosix

/// Bytes from the kernel's generator, fit for tokens and salts.
package enum RandomBytes {
  package static func make(_ count: Int) throws(Errno) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      code = cposix_random(buffer.baseAddress, count)
      filled = code == 0 ? count : 0
    }
    guard code == 0 else { throw Errno(code, "getrandom") }
    return bytes
  }
}
