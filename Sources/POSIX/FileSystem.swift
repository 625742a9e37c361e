/// The kind of a file system, by the magic number statfs(2) gives.
package struct FileSystem: Equatable, Sendable {
  package let magic: Int64

  package init(magic: Int64) { self.magic = magic }

  /// The name of a network file system, whose locks may not hold between machines (or between mounts);
  /// nil for a local one. Source: statfs(2) and linux/magic.h.
  package var networkName: String? {
    switch magic {
    case 0x6969: return "NFS"
    case 0x517B, 0xFF53_4D42, 0xFE53_4D42: return "SMB"
    case 0x0102_1997: return "9p"
    case 0x5346_414F, 0x6B41_4653: return "AFS"
    case 0x7375_7245: return "Coda"
    case 0x564C: return "NCP"
    case 0x00C3_6400: return "Ceph"
    case 0x0BD0_0BD0: return "Lustre"
    case 0x4750_4653: return "GPFS"
    case 0x0116_1970: return "GFS2"
    case 0x7461_636F: return "OCFS2"
    case 0x786F_4256: return "a VirtualBox share"
    case 0x6573_5546: return "FUSE"
    default: return nil
    }
  }
}
