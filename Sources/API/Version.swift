/// The version of this Berth.
package enum Version {
  package static let text = "0.1.0"
}
