import CallRouting
import Directory
import Logging

/// What all shards of a server share.
struct ShardServices: Sendable {
    let limits: TransportLimits
    let overload: OverloadControl.Settings
    let sources: SourceLedger
    let logger: Logger
    let connections: ConnectionTable
    let resolver: AddressResolver
    let committer: BindingCommitter
    let recorder: CallRecorder
    /// Nil: nobody wants copies of messages.
    let mirror: CaptureMirror?

    /// Every call, for those who want to know it all.
    func log(_ record: CallRecord) {
        guard logger.logLevel <= .debug else { return }
        let decisions = record.decisions.map(\.description).joined(separator: "; ")
        logger.debug(
            "\(record.caller) called \(record.callee): \(record.status); \(decisions)",
            metadata: ["call-id": "\(record.callID)", "call": "\(record.id)"])
    }

    func log(_ event: CallRouting.LogEvent) {
        let level: Logger.Level =
            switch event.level {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "\(event.message)", metadata: event.callID.map { ["call-id": "\($0)"] })
    }
}
