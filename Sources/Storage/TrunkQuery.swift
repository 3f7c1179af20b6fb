import Directory
import GRDB

/// Reads the trunk table in one statement.
enum TrunkQuery {
    static func fetch(_ db: Database) throws -> TrunkTable {
        let rows = try Row.fetchCursor(
            try db.cachedStatement(
                sql: """
                    SELECT t.prefix, h.host, h.port, h.transport, h.weight, h.priority, h.sends_diversion,
                           h.sends_history_info
                    FROM trunk t JOIN trunk_hop h ON h.trunk_id = t.id ORDER BY t.prefix, h.priority, h.position
                    """))
        var routes: [TrunkRoute] = []
        var prefix = ""
        var hops: [NextHop] = []
        func closeRoute() {
            if !hops.isEmpty { routes.append(TrunkRoute(prefix: prefix, hops: hops)) }
            hops = []
        }
        while let row = try rows.next() {
            let rowPrefix: String = row[0]
            if rowPrefix != prefix {
                closeRoute()
                prefix = rowPrefix
            }
            hops.append(
                NextHop(
                    host: row[1], port: UInt16(clamping: row[2] as Int),
                    transport: NextHop.Transport(rawValue: row[3]) ?? .udp,
                    weight: row[4], priority: row[5], sendsDiversion: row[6], sendsHistoryInfo: row[7]))
        }
        closeRoute()
        return TrunkTable(routes: routes)
    }
}
