import Directory
package import Foundation
import Storage

/// A site of a voice group, and what its numbers are forwarded to for a time.
package struct SiteOutage: Sendable, Equatable {
    /// The same unconditional forwarding of some of the site's numbers.
    package struct Cover: Sendable, Equatable {
        /// As it is dialled, a URI, or `voicemail`.
        package let to: String
        package let until: Date
        package let numbers: Int
        /// Who has laid it; nil: not by an operation on many numbers.
        package let actor: String?
        package let since: Date?
    }

    package let site: String
    package let name: String
    package let numbers: Int
    /// The one with most numbers first.
    package let covers: [Cover]
}

/// All that is shown of the sites of a voice group, as it is at one moment.
package struct OutageSheet: Sendable, Equatable {
    package let sites: [SiteOutage]
    /// The last entry of the history: what is ended because of this sheet was so then.
    package let lastChange: Int64
}

extension ControlSession {
    /// The operations that are looked through for who has laid what.
    private static let operationLimit = 100

    /// The sites of a voice group with what lies over the rules of their numbers now.
    package func outages(of group: String) throws -> OutageSheet {
        try read(.listForwardingOperations, on: .contract(group)) { snapshot in
            let group = ContractText.code(group)
            let (counts, covers) = (
                try snapshot.numberCounts(bySiteOf: group), try snapshot.covers(bySiteOf: group, at: now)
            )
            let operations = try snapshot.forwardingOperations(within: reach, at: now, limit: Self.operationLimit)
            let sites = try snapshot.sites(of: group).map { site in
                SiteOutage(
                    site: site.code, name: site.name, numbers: counts[site.code] ?? 0,
                    covers: (covers[site.code] ?? []).map { cover in
                        let operation = operations.first { $0.operation.id == cover.operation }?.operation
                        return SiteOutage.Cover(
                            to: cover.destination.description, until: Date(milliseconds: cover.until),
                            numbers: cover.numbers, actor: operation?.actor,
                            since: operation.map { Date(milliseconds: $0.at) })
                    })
            }
            return OutageSheet(sites: sites, lastChange: try snapshot.lastChange())
        }
    }
}
