import Glibc

struct Unreadable: Error {
  let path: String
}

func contents(of path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  let blockSize = 65_536
  var block = [UInt8](repeating: 0, count: blockSize)
  while true {
    let count = fread(&block, 1, blockSize, file)
    guard count > 0 else { return bytes }
    bytes += block[..<count]
  }
}

func fileNames(in folder: String) throws -> [String] {
  guard let stream = opendir(folder) else { throw Unreadable(path: folder) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}
