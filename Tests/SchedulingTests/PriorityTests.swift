import Model
import Scheduling
import Testing

@Test func `the default strategy is in the catalog`() {
  #expect(StrategyCatalog.strategy(named: "priority")?.name == StrategyCatalog.standard.name)
  #expect(StrategyCatalog.strategy(named: "nonsense") == nil)
}
