package import Directory
import GRDB

extension ControlSnapshot {
    package func trunks() throws -> TrunkTable { try TrunkQuery.fetch(db) }

    package func setting(_ setting: Setting) throws -> String { try Setting.value(setting, db) }
}

extension ControlTransaction {
    /// - Throws: ``StorageError/refused(reason:)`` when the prefix has a trunk already.
    package func addTrunk(_ route: TrunkRoute, createdAt: Int64) throws {
        try execute("INSERT INTO trunk (prefix, created_at) VALUES (?, ?)", [route.prefix, createdAt])
        let trunk = db.lastInsertedRowID
        for (index, hop) in route.hops.enumerated() {
            try execute(
                """
                INSERT INTO trunk_hop (trunk_id, position, host, port, transport, weight, priority,
                                       sends_diversion, sends_history_info)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    trunk, index + 1, hop.host, Int(hop.port), hop.transport.rawValue, hop.weight, hop.priority,
                    hop.sendsDiversion, hop.sendsHistoryInfo,
                ])
        }
    }

    /// False: no trunk has this prefix.
    @discardableResult
    package func removeTrunk(prefix: String) throws -> Bool {
        try execute("DELETE FROM trunk WHERE prefix = ?", [prefix])
        return db.changesCount > 0
    }

    package func set(_ setting: Setting, to value: String) throws {
        try execute(
            """
            INSERT INTO setting (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [setting.rawValue, value])
    }
}
