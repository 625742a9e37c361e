/// A measure of how much of a node's free GPU the shapes of a mix could not use: thousandths, times their weights.
protocol StrandingMeasure: Sendable {
  static func stranded(_ free: FreeDevices, cpu: Int, _ tables: ShapeTables) -> Int
  /// What placing costs, by what is stranded before and after; lower is better.
  static func cost(before: Int, after: Int, _ tables: ShapeTables) -> Int
}

/// The measure of fragmentation gradient descent: what the next deployment could not use.
///
/// For one shape: all that is free when it cannot run there, or asks for no GPU; else what is free on devices with less
/// left than its share. Source: Weng, Yang et al., "Beware of Fragmentation", USENIX ATC'23.
enum NextStranded: StrandingMeasure {
  static func stranded(_ free: FreeDevices, cpu: Int, _ tables: ShapeTables) -> Int {
    guard free.total > 0 else { return 0 }
    var sum = tables.idleWeight * free.total
    var tooSmall = 0
    var next = 0
    for request in tables.requests {
      let least = min(request.gpu, 1000)
      while next < free.parts.count, free.parts[next] < least {
        tooSmall += free.parts[next]
        next += 1
      }
      let fits =
        request.gpu < 1000
        ? next < free.parts.count || free.untouched > 0 : free.untouched * 1000 >= request.gpu
      let count = fits ? tables.count(request.places, cpuUpTo: cpu) : 0
      let able = count > 0 ? tables.weights[request.places.lowerBound + count - 1] : 0
      sum += able * tooSmall + (request.weight - able) * free.total
    }
    return sum
  }

  /// As published, a percentage of which equals go to the first node: without that coarseness 1 % less is allocated.
  static func cost(before: Int, after: Int, _ tables: ShapeTables) -> Int {
    let drop = before - after
    var low = 0
    var high = tables.percentDrops.count
    while low < high {
      let middle = (low + high) / 2
      if tables.percentDrops[middle] <= drop { low = middle + 1 } else { high = middle }
    }
    return 100 - low
  }
}

/// The GPU that the next deployment could not use, and half of what a node full of the same shape would leave.
///
/// The first alone calls a node sound that has cpu for one more of a shape and GPU for seven. The second sees cpu and
/// GPU run out unevenly: of one shape as many copies as the devices hold, or the part of them that the cpu lasts for.
enum RefillStranded: StrandingMeasure {
  static func stranded(_ free: FreeDevices, cpu: Int, _ tables: ShapeTables) -> Int {
    guard free.total > 0 else { return 0 }
    return 2 * NextStranded.stranded(free, cpu: cpu, tables) + leftByCopies(free, cpu: cpu, tables)
  }

  private static func leftByCopies(_ free: FreeDevices, cpu: Int, _ tables: ShapeTables) -> Int {
    var sum = tables.weight * free.total
    var first = 0
    for request in tables.requests {
      var copies: Int
      if request.gpu < 1000 {
        while first < free.parts.count, free.parts[first] < request.gpu { first += 1 }
        copies = free.untouched * (1000 / request.gpu)
        for part in free.parts[first...] { copies += part < 2 * request.gpu ? 1 : part / request.gpu }
      } else {
        copies = free.untouched / (request.gpu / 1000)
      }
      guard copies > 0 else { continue }
      let count = tables.count(request.places, cpuUpTo: cpu / copies)
      let place = request.places.lowerBound + count
      if count > 0 { sum -= tables.weights[place - 1] * copies * request.gpu }
      if place < request.places.upperBound { sum -= tables.ratios[place] * cpu / ShapeTables.ratioUnit }
    }
    return sum
  }

  static func cost(before: Int, after: Int, _ tables: ShapeTables) -> Int { after - before }
}
